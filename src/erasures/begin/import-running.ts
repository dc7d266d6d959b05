import { and, eq, type SQL, sql } from "drizzle-orm";
import { imports } from "../../db/leads/schema.ts";
import type { Tenant } from "../../db/leads/tenant.ts";
import { tryAgainAfter } from "../../errors.ts";

/** Most imports end within it. */
const RETRY_AFTER_SECONDS = 30;

/** The imports of a company that wait or run. @param which of them; all by default. */
function runningOf(companyId: number, which: SQL | undefined): SQL | undefined {
  return and(eq(imports.companyId, companyId), sql`${imports.status} IN (0, 1)`, which);
}

/** The condition that none does; for {@link file://./begin-statements.ts}. */
export function noneRunning(companyId: number, which?: SQL): SQL {
  return sql`NOT EXISTS (SELECT 1 FROM ${imports} WHERE ${runningOf(companyId, which)})`;
}

/** @throws 409 where one does, which names the person or may make them a lead. */
export async function requireNoneRunning({ db }: Tenant, companyId: number, which?: SQL): Promise<void> {
  const row = await db
    .select({ importCode: imports.importCode })
    .from(imports)
    .where(runningOf(companyId, which))
    .limit(1)
    .get();
  if (!row) return;
  const detail = `Erase the person once the import ${row.importCode} has finished.`;
  throw tryAgainAfter("import_running", detail, RETRY_AFTER_SECONDS);
}
