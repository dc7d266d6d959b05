import { type SQL, sql } from "drizzle-orm";
import { auditInStore } from "../../audit/outbox/write.ts";
import type { Origin } from "../../audit/record.ts";
import { type AuthorIdentity, authorIdOf } from "../../auth/actor.ts";
import type { LeadsDb } from "../../db/clients.ts";
import { type ErasedPerson, erasures } from "../../db/leads/schema.ts";
import type { Creation } from "../../http/idempotency/creation.ts";
import { paddedPerson } from "../person.ts";

/** What SQLite says of the JSON in {@link letFailUnless}. */
const REFUSED = /malformed JSON/;

/**
 * Begins an erasure in one transaction, if a condition holds in it: an import that begins in the same moment would make
 * the person a lead again after they were erased.
 *
 * @param batch runs the statements that depend on it, with those of {@link beginStatements}.
 * @param check throws where the condition does not hold, saying why.
 */
export async function beginWhere<T>(batch: () => Promise<T>, check: () => Promise<unknown>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await batch();
    } catch (error) {
      if (tries === MOST_TRIES || !REFUSED.test(String(error))) throw error;
    }
    // Unless what was in the way has ended already.
    await check();
  }
}

const MOST_TRIES = 3;

/**
 * Statements that begin an erasure, for the batch in which it is decided; the first of them gives its row.
 *
 * @param condition what has to hold at that point of the transaction: see {@link beginWhere}.
 * @param person what they are found by.
 * @param origin who asks for it, when and from where.
 * @param creation records the erasure for repetitions of the request.
 */
export function beginStatements(
  db: LeadsDb,
  companyId: number,
  condition: SQL,
  person: ErasedPerson,
  origin: Origin<AuthorIdentity>,
  creation: Creation,
) {
  const { actor, now } = origin;
  return [
    db
      .insert(erasures)
      .values({
        companyId,
        requestedBy: authorIdOf(actor),
        person: paddedPerson(person),
        importsUpTo: sql`(SELECT coalesce(max(i.id), 0) FROM imports i WHERE i.company_id = ${companyId})`,
        createdAt: now,
        movedAt: now,
        queuedAt: now,
      })
      .returning(),
    letFailUnless(db, condition),
    ...creation.record(db, sql`last_insert_rowid()`),
    auditInStore(
      db,
      origin,
      { action: "erasure.requested", companyId, objectId: sql`last_insert_rowid()` },
      sql`WHERE 1`,
    ),
  ] as const;
}

/** There are no exceptions in SQL but those of functions. */
function letFailUnless(db: LeadsDb, condition: SQL) {
  return db.select({ holds: sql`json(iif(${condition}, '1', 'refused'))`.as("holds") }).from(sql`(SELECT 1)`);
}
