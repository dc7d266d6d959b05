import type * as z from "zod";
import { isoTime } from "../http/time.ts";
import type { WebhookRow } from "./queries.ts";
import type { Webhook } from "./schemas.ts";
import { signingSecrets } from "./secrets/secrets.ts";

/** A webhook as the API shows it: its secrets are nowhere. @param now milliseconds since 1970. */
export function viewWebhook(row: WebhookRow, now: number): z.input<typeof Webhook> {
  const replaced = signingSecrets(row.secrets, now).flatMap(({ until }) => (until === null ? [] : [until]));
  return {
    id: row.id,
    company_id: row.companyId,
    url: row.url,
    description: row.description,
    events: row.events,
    status: row.switchedOffAt === null ? "active" : "switched_off",
    switched_off_at: isoTime(row.switchedOffAt),
    switched_off_reason: row.switchedOffReason,
    failing_since: isoTime(row.failingSince),
    previous_secret_until: replaced.length === 0 ? null : isoTime(Math.max(...replaced)),
    created_at: isoTime(row.createdAt),
    updated_at: isoTime(row.updatedAt),
  };
}
