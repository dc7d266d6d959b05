import { type SQL, sql } from "drizzle-orm";
import { authorIdOf, type SystemActor } from "../../auth/actor.ts";
import type { LeadsDb } from "../../db/clients.ts";
import { auditOutbox } from "../../db/leads/schema.ts";
import { type AuditAction, type Origin, objectTypeOf } from "../record.ts";

/** Something that was done in a lead store, in the name of a company. */
export interface StoreEvent {
  action: AuditAction;
  companyId: number | SQL;
  objectId: number | SQL;
  /** An expression gives JSON. Ids and names of fields, never what a person wrote into them. */
  details?: Record<string, unknown> | SQL;
}

/** Where an event comes from that nobody asked for: a job ends something by itself. */
export function originOfJob(now: number): Origin<SystemActor> {
  return { actor: { kind: "system" }, ip: null, userAgent: null, requestId: null, now };
}

/**
 * A statement that writes an event into the outbox of a lead store, for each row that a query finds at that point of
 * the transaction. It belongs into the batch that does the deed: no transaction goes over a lead store and the
 * directory, where the trail is, so the event travels by itself; see {@link carryAuditEvents}.
 *
 * @param event expressions over the rows where they differ.
 * @param rows the query, from its `FROM` on.
 */
export function auditInStore(
  db: LeadsDb,
  origin: Origin,
  { action, companyId, objectId, details = {} }: StoreEvent,
  rows: SQL,
) {
  const json = "queryChunks" in details ? (details as SQL) : sql`${JSON.stringify(details)}`;
  return db.insert(auditOutbox).select(
    sql`SELECT NULL, lower(hex(randomblob(16))), ${companyId}, ${authorIdOf(origin.actor)}, ${action}, ${objectTypeOf(action)},
      ${objectId}, ${json}, ${origin.ip}, ${origin.userAgent}, ${origin.requestId}, ${origin.now} ${rows}`,
  );
}
