import { type SQL, sql } from "drizzle-orm";
import { type ActorIdentity, authorIdOf } from "../auth/actor.ts";
import { isApiKeyId } from "../auth/api-keys/ids.ts";
import type { DirectoryDb } from "../db/clients.ts";
import { auditEvents } from "../db/directory/schema.ts";
import type { Call } from "../http/request/call.ts";

/** What the trail tells of, as `object.deed`. */
export const AUDIT_ACTIONS = [
  "session.opened",
  "session.ended",
  "session.reused",
  "user.sign_in_failed",
  "user.created",
  "user.updated",
  "user.disabled",
  "user.enabled",
  "user.password_changed",
  "user.password_reset",
  "user.email_change_requested",
  "user.email_changed",
  "user.email_confirmed",
  "user.email_change_undone",
  "user.avatar_changed",
  "user.avatar_removed",
  "user.terms_approved",
  "user.onboarding_completed",
  "user_access.granted",
  "user_access.changed",
  "user_access.removed",
  "user_access.suspended",
  "user_access.restored",
  "invitation.created",
  "invitation.accepted",
  "invitation.declined",
  "invitation.removed",
  "company.created",
  "company.updated",
  "company.avatar_changed",
  "company.avatar_removed",
  "membership.attached",
  "membership.canceled",
  "legal_term.published",
  "company.leads_exported",
  "import.created",
  "import.ended",
  "import.committed",
  "import.cancelled",
  "import.retried",
  "import.undo_requested",
  "import.undone",
  "import.original_downloaded",
  "import.error_file_downloaded",
  "import.spared_file_downloaded",
  "erasure.requested",
  "api_key.created",
  "api_key.ended",
  "webhook.created",
  "webhook.updated",
  "webhook.secret_rotated",
  "webhook.switched_off",
  "webhook.deleted",
  "import_link.created",
  "import_link.ended",
] as const;

export type AuditAction = (typeof AUDIT_ACTIONS)[number];

/** What an action is done to: the word before its dot. */
export function objectTypeOf(action: AuditAction): string {
  return action.slice(0, action.indexOf("."));
}

/** Who does something, when and from where. */
export interface Origin<By extends ActorIdentity | null = ActorIdentity | null> {
  /** `null` for a caller who is not signed in. */
  actor: By;
  ip: string | null;
  userAgent: string | null;
  requestId: string | null;
  /** Milliseconds since 1970. */
  now: number;
}

/** Where a request comes from. @param actor the caller, or the user who proved their identity in its course. */
export function originOf<By extends ActorIdentity | null>(call: Call, actor: By): Origin<By> {
  return {
    actor,
    ip: call.header("CF-Connecting-IP") ?? null,
    userAgent: call.header("User-Agent")?.slice(0, 512) ?? null,
    requestId: call.requestId,
    now: call.now,
  };
}

/** One thing that was done. */
export interface AuditEvent {
  action: AuditAction;
  /** The company in whose name it is done; `null` for what people do to themselves, and operators to people. */
  companyId: number | SQL | null;
  /** An expression where the id is known only within the transaction. */
  objectId: number | SQL;
  /** Ids and names of fields, never what a person wrote into them. */
  details?: Record<string, unknown>;
  /** Who did it, where the origin does not name them; an expression where that is known only within the transaction. */
  actorId?: number | SQL;
}

/** A statement that tells the trail of something; it belongs into the batch that does it. */
export function audit(db: DirectoryDb, origin: Origin, event: AuditEvent) {
  return db.insert(auditEvents).values({ ...valuesOf(origin, event), details: event.details ?? {} });
}

/**
 * The same for something that is done only where a condition holds at that point of the transaction.
 *
 * @param condition over the directory's tables.
 */
export function auditWhere(db: DirectoryDb, origin: Origin, event: AuditEvent, condition: SQL) {
  const details = sql`${JSON.stringify(event.details ?? {})}`;
  return auditEach(db, origin, { ...event, details }, sql`WHERE ${condition}`);
}

/**
 * The same for each row that a query finds at that point of the transaction.
 *
 * @param event expressions over the rows where they differ; `details` gives JSON.
 * @param rows the query, from its `FROM` on.
 */
export function auditEach(
  db: DirectoryDb,
  origin: Origin,
  event: Omit<AuditEvent, "details"> & { details: SQL },
  rows: SQL,
) {
  const values = valuesOf(origin, event);
  return db.insert(auditEvents).select(
    sql`SELECT NULL, ${values.companyId}, ${values.actorId}, ${values.action}, ${values.objectType},
      ${values.objectId}, ${event.details}, ${values.ip}, ${values.userAgent}, ${values.requestId},
      ${values.createdAt}, NULL, ${values.actorKeyId} ${rows}`,
  );
}

function valuesOf(origin: Origin, { action, companyId, objectId, actorId }: Omit<AuditEvent, "details">) {
  const authorId = authorIdOf(origin.actor);
  const isKey = authorId !== null && isApiKeyId(authorId);
  return {
    companyId,
    actorId: actorId ?? (isKey ? null : authorId),
    actorKeyId: actorId === undefined && isKey ? authorId : null,
    action,
    objectType: objectTypeOf(action),
    objectId,
    ip: origin.ip,
    userAgent: origin.userAgent,
    requestId: origin.requestId,
    createdAt: origin.now,
  };
}
