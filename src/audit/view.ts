import type * as z from "zod";
import { isoTime } from "../http/time.ts";
import { fullName } from "../users/queries.ts";
import type { AuditEventRow } from "./queries.ts";
import type { AuditAction } from "./record.ts";
import type { AuditEvent } from "./schemas.ts";

/** An event as the API shows it: of an actor who is not shown, nor from where they came. */
export function viewAuditEvent(row: AuditEventRow): z.input<typeof AuditEvent> {
  const hidden = row.actorShown === 0;
  return {
    id: row.id,
    action: row.action as AuditAction,
    actor: hidden ? null : viewActor(row),
    object: { type: row.objectType, id: row.objectId },
    company_id: row.companyId,
    details: row.details as z.input<typeof AuditEvent>["details"],
    ip: hidden ? null : row.ip,
    user_agent: hidden ? null : row.userAgent,
    request_id: row.requestId,
    created_at: isoTime(row.createdAt),
  };
}

function viewActor(row: AuditEventRow): z.input<typeof AuditEvent>["actor"] {
  const { actorId, actorKeyId, keyName, firstName, lastName } = row;
  if (actorKeyId !== null) return { id: actorKeyId, full_name: keyName ?? "", kind: "api_key" };
  if (actorId === null || firstName === null || lastName === null) return null;
  return { id: actorId, full_name: fullName({ firstName, lastName }), kind: "user" };
}
