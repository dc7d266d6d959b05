/** What programs and other people's pages come in with, as the API lists it. */

/** What a key can be limited to, and what it can be. test/console/api-types.ts holds both lists against the API. */
export const SCOPES = [
  ...(["leads:read", "leads:write", "imports:read", "imports:write"] as const),
  ...(["campaigns:read", "campaigns:write", "cycles:read", "cycles:write"] as const),
  ...(["sources:read", "sources:write", "territories:read", "territories:write"] as const),
  ...(["webhooks:read", "webhooks:write", "erasures:read", "erasures:write"] as const),
  ...(["companies:read", "events:read"] as const),
];
export type Scope = (typeof SCOPES)[number];

export type KeyRole = "manager" | "agent" | "viewer";
export type KeyStatus = "active" | "expired" | "ended";

/** What a key and a link for imports have in common. */
interface Credential {
  id: number;
  name: string;
  /** How its secret begins. */
  prefix: string;
  status: KeyStatus;
  created_by: { full_name: string } | null;
  created_at: string;
  last_used_at: string | null;
  expires_at: string | null;
  ended_at: string | null;
}

export interface ApiKey extends Credential {
  role: KeyRole;
  /** `null` for all that its role allows. */
  scopes: Scope[] | null;
  /** Whether who made it could still do so. */
  creator_has_right: boolean;
}

export interface NewApiKey {
  name: string;
  role: KeyRole;
  scopes?: Scope[];
  expires_at?: string;
}

export interface ImportLink extends Credential {
  campaign_id: number | null;
  allowed_origin: string;
  most_records: number;
  on_duplicate: "skip" | "update" | "create";
}

export interface NewImportLink {
  name: string;
  allowed_origin: string;
  campaign_id?: number;
  most_records: number;
  on_duplicate: "skip" | "update" | "create";
  expires_at: string;
}

/** The types of events that a webhook can be told. */
export const EVENT_TYPES = [
  ...(["lead.created", "lead.updated", "lead.stage_changed", "lead.assigned", "lead.note_added"] as const),
  ...(["lead.note_removed", "lead.merged", "lead.deleted", "lead.restored", "lead.erased"] as const),
  ...(["import.created", "import.started", "import.completed", "import.failed"] as const),
  ...(["import.cancelled", "import.validated", "import.resumed", "import.undone"] as const),
];
export type EventType = (typeof EVENT_TYPES)[number];

export interface Webhook {
  id: number;
  url: string;
  description: string | null;
  events: EventType[];
  status: "active" | "switched_off";
  switched_off_at: string | null;
  switched_off_reason: "by_hand" | "failing" | "gone" | null;
  failing_since: string | null;
  previous_secret_until: string | null;
}

/** What a person says of a webhook. */
export interface WebhookSettings {
  url: string;
  description: string | null;
  events: EventType[];
}

/** What came of sending something once. */
export interface Outcome {
  status_code: number | null;
  error: string | null;
  answer: string | null;
  duration_ms: number;
}

export type Ping = Outcome & { delivered: boolean };
export type DeliveryStatus = "pending" | "delivered" | "failed";

export interface Delivery {
  id: number;
  event: EventType;
  object_id: number;
  status: DeliveryStatus;
  next_attempt_at: string | null;
  attempts: (Outcome & { attempted_at: string })[];
  body: string;
  created_at: string;
}
