import { type SQL, sql } from "drizzle-orm";
import { erasures } from "../../db/leads/schema.ts";
import type { Tenant } from "../../db/leads/tenant.ts";
import { AppError } from "../../errors.ts";

/**
 * The condition that no person of a company was erased since a file began to come: what was sent before is theirs to
 * erase, and the job does not look at imports that come after it.
 *
 * @param begunAt when it began, in milliseconds since 1970.
 */
export function nobodyErasedSince(companyId: number, begunAt: number): SQL {
  return sql`coalesce((SELECT e.created_at FROM ${erasures} e
    WHERE e.company_id = ${companyId} ORDER BY e.id DESC LIMIT 1), 0) < ${begunAt}`;
}

/** @throws 409 where somebody was erased since a file began to come: see {@link nobodyErasedSince}. */
export async function requireNobodyErased({ db }: Tenant, companyId: number, begunAt: number): Promise<void> {
  const [row] = await db.all<{ nobody: number }>(
    sql`SELECT ${nobodyErasedSince(companyId, begunAt)} AS nobody`,
  );
  if (row?.nobody === 0) throw erasedMeanwhile();
}

function erasedMeanwhile(): AppError {
  const detail =
    "A person of the company was erased after this file began to come, and may be in it: nothing of it was imported. " +
    "Remove them from the file if they are in it, and upload it again.";
  return new AppError("person_erased", detail);
}
