import { eq } from "drizzle-orm";
import { audit, type Origin } from "../audit/record.ts";
import { type CompanyRow, selectCompany } from "../companies/queries.ts";
import type { DirectoryDb } from "../db/clients.ts";
import { commit } from "../db/directory/commit.ts";
import { companies } from "../db/directory/schema.ts";
import { requireFound } from "../errors.ts";

/** Turns a company's work in cycles on or off. The cycles that there are stay. @returns the company as it is then. */
export async function switchCycles(
  db: DirectoryDb,
  companyId: number,
  cyclesEnabled: boolean,
  origin: Origin,
): Promise<CompanyRow> {
  const [, , [company]] = await commit(db, [
    db.update(companies).set({ cyclesEnabled, updatedAt: origin.now }).where(eq(companies.id, companyId)),
    audit(db, origin, {
      action: "company.updated",
      companyId,
      objectId: companyId,
      details: { fields: ["cycles_enabled"] },
    }),
    selectCompany(db, companyId),
  ]);
  return requireFound(company);
}
