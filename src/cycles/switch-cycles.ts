import { eq } from "drizzle-orm";
import { audit, type Origin } from "../audit/record.ts";
import type { DirectoryDb } from "../db/clients.ts";
import { commit } from "../db/directory/commit.ts";
import { companies } from "../db/directory/schema.ts";

/** Turns a company's work in cycles on or off. The cycles that there are stay. */
export async function switchCycles(
  db: DirectoryDb,
  companyId: number,
  cyclesEnabled: boolean,
  origin: Origin,
): Promise<void> {
  await commit(db, [
    db.update(companies).set({ cyclesEnabled, updatedAt: origin.now }).where(eq(companies.id, companyId)),
    audit(db, origin, {
      action: "company.updated",
      companyId,
      objectId: companyId,
      details: { fields: ["cycles_enabled"] },
    }),
  ]);
}
