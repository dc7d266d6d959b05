import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { openLeads } from "../../src/db/clients.ts";
import { imports } from "../../src/db/leads/schema.ts";
import { newLease, renew } from "../../src/jobs/lease.ts";
import { createCompany, createImportRow } from "../harness/factories.ts";

test("a checkpoint renews the lease of its holder, and not that of another one", async () => {
  const company = await createCompany();
  const { id } = await createImportRow(company, { id: 1 });
  const db = openLeads(company.database);
  const [holder, other] = [newLease(1000), newLease(1000)];
  const row = eq(imports.id, id);
  await db.update(imports).set({ leaseId: holder.id, leasedUntil: 5000 }).where(row);
  const renewBy = (lease: typeof holder, now: number) =>
    db
      .update(imports)
      .set({ leasedUntil: renew(imports, lease, now) })
      .where(row)
      .returning({ leaseId: imports.leaseId, leasedUntil: imports.leasedUntil });
  expect(await renewBy(other, 7000)).toEqual([{ leaseId: holder.id, leasedUntil: 5000 }]);
  expect(await renewBy(holder, 7000)).toEqual([{ leaseId: holder.id, leasedUntil: 8000 }]);
});
