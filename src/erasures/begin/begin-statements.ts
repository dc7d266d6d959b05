import { sql } from "drizzle-orm";
import { auditInStore } from "../../audit/outbox/write.ts";
import type { Origin } from "../../audit/record.ts";
import type { UserIdentity } from "../../auth/actor.ts";
import type { LeadsDb } from "../../db/clients.ts";
import { type ErasedPerson, erasures } from "../../db/leads/schema.ts";
import type { Creation } from "../../http/idempotency/creation.ts";
import { paddedPerson } from "../person.ts";

/**
 * Statements that begin an erasure, for the batch in which it is decided; the first of them gives its row.
 *
 * @param person what they are found by.
 * @param origin who asks for it, when and from where.
 * @param creation records the erasure for repetitions of the request.
 */
export function beginStatements(
  db: LeadsDb,
  companyId: number,
  person: ErasedPerson,
  origin: Origin<UserIdentity>,
  creation: Creation,
) {
  const { actor, now } = origin;
  return [
    db
      .insert(erasures)
      .values({
        companyId,
        requestedBy: actor.userId,
        person: paddedPerson(person),
        importsUpTo: sql`(SELECT coalesce(max(i.id), 0) FROM imports i WHERE i.company_id = ${companyId})`,
        createdAt: now,
        movedAt: now,
        queuedAt: now,
      })
      .returning(),
    ...creation.record(db, sql`last_insert_rowid()`),
    auditInStore(
      db,
      origin,
      { action: "erasure.requested", companyId, objectId: sql`last_insert_rowid()` },
      sql`WHERE 1`,
    ),
  ] as const;
}
