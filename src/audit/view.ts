import type * as z from "zod";
import { isoTime } from "../http/time.ts";
import { fullName } from "../users/queries.ts";
import type { AuditEventRow } from "./queries.ts";
import type { AuditAction } from "./record.ts";
import type { AuditEvent } from "./schemas.ts";

/** An event as the API shows it: of an actor who is not shown, nor from where they came. */
export function viewAuditEvent(row: AuditEventRow): z.input<typeof AuditEvent> {
  const { actorId, firstName, lastName } = row;
  const hidden = row.actorShown === 0;
  return {
    id: row.id,
    action: row.action as AuditAction,
    actor:
      hidden || actorId === null || firstName === null || lastName === null
        ? null
        : { id: actorId, full_name: fullName({ firstName, lastName }) },
    object: { type: row.objectType, id: row.objectId },
    company_id: row.companyId,
    details: row.details as z.input<typeof AuditEvent>["details"],
    ip: hidden ? null : row.ip,
    user_agent: hidden ? null : row.userAgent,
    request_id: row.requestId,
    created_at: isoTime(row.createdAt),
  };
}
