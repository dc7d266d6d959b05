import { type SQL, sql } from "drizzle-orm";
import { auditInStore } from "../../audit/outbox/write.ts";
import type { Origin } from "../../audit/record.ts";
import { type AuthorIdentity, authorIdOf } from "../../auth/actor.ts";
import type { LeadsDb } from "../../db/clients.ts";
import { type ErasedPerson, erasures } from "../../db/leads/schema.ts";
import type { Creation } from "../../http/idempotency/creation.ts";
import { paddedPerson } from "../person.ts";

/** What SQLite says of an erasure whose condition does not hold. */
const REFUSED = /NOT NULL constraint failed: erasures\.company_id/;

/** A try to begin an erasure. */
export interface BeginTry<T> {
  /** Runs the statements that depend on a condition, with those of {@link beginStatements}. */
  batch(): Promise<T>;
  /** Throws where the condition does not hold, saying why. */
  check(): Promise<unknown>;
}

/**
 * Begins an erasure in one transaction, if a condition holds in it: an import that begins in the same moment would make
 * the person a lead again after they were erased.
 *
 * @param prepare reads what the statements are made of: before each try, since what was in the way of the last one has
 * written until it ended.
 */
export async function beginWhere<T>(prepare: () => Promise<BeginTry<T>>): Promise<T> {
  for (let tries = 1; ; tries++) {
    const { batch, check } = await prepare();
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
        // There are no exceptions in SQL but those of rules: one without a company takes the whole batch with it.
        companyId: sql`iif(${condition}, ${companyId}, NULL)`,
        requestedBy: authorIdOf(actor),
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
