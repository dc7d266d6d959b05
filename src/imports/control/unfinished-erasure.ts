import { and, asc, eq, gte, isNull, type SQL, sql } from "drizzle-orm";
import type { LeadsDb } from "../../db/clients.ts";
import { erasures, imports } from "../../db/leads/schema.ts";

/**
 * A statement that reads the first erasure of a company that has not ended and takes a person out of an import, too. For
 * the transaction that would let the import begin again: until then its file may still have the person in it.
 */
export function unfinishedErasure(db: LeadsDb, { id, companyId }: { id: number; companyId: number }) {
  return db
    .select({ id: erasures.id })
    .from(erasures)
    .where(and(eq(erasures.companyId, companyId), isNull(erasures.finishedAt), gte(erasures.importsUpTo, id)))
    .orderBy(asc(erasures.id))
    .limit(1);
}

/** The condition of an import that there is no such erasure. */
export function notBeingErased(): SQL {
  return sql`NOT EXISTS (SELECT 1 FROM ${erasures} e WHERE e.company_id = ${imports.companyId}
    AND e.finished_at IS NULL AND e.imports_up_to >= ${imports.id})`;
}

/** Says what to do about an erasure that has not ended. @param what to do then, in the words of the route. */
export function waitForErasure(id: number, what: string): string {
  return (
    `A person is being erased from the files of the company: wait until the erasure ${id} has ended (its status in ` +
    `GET /companies/{company_id}/erasures is completed), then ${what}.`
  );
}
