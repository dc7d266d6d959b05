import { inArray } from "drizzle-orm";
import { beforeAll, expect, test } from "vitest";
import { openLeads } from "../../../src/db/clients.ts";
import { leads } from "../../../src/db/leads/schema.ts";
import { UNKEYED } from "../../../src/http/idempotency/creation.ts";
import { mergeStatements } from "../../../src/leads/merge/merge-statements.ts";
import { mergeValues } from "../../../src/leads/merge/merge-values.ts";
import { leadColumns } from "../../../src/leads/queries.ts";
import { company, createParty, make, manager } from "./merge-party.ts";

beforeAll(createParty);

test("no statement of a merge looks through all leads, notes, changes, tags or matches", async () => {
  const db = openLeads(company.database);
  const stored = await db
    .select(leadColumns)
    .from(leads)
    .where(inArray(leads.id, [(await make()).id, (await make()).id]));
  const [kept, ...others] = stored;
  if (!kept) throw new Error("no lead");
  const values = mergeValues(stored, {});
  const merge = { kept, others, values, actor: { kind: "user" as const, userId: manager.id }, now: 1 };
  for (const statement of mergeStatements(db, merge, UNKEYED)) {
    const { sql, params } = statement.toSQL();
    const plan = await company.database
      .prepare(`EXPLAIN QUERY PLAN ${sql}`)
      .bind(...params)
      .all<{ detail: string }>();
    const steps = plan.results.map(({ detail }) => detail);
    // A virtual table is always scanned by name; `0:=` is one row of it, by its id.
    const scans = steps.filter((step) => !/ VIRTUAL TABLE INDEX 0:=$/.test(step));
    expect(scans, sql).not.toContainEqual(expect.stringMatching(/^SCAN (leads|lead_|import|[lhtoi]\b)/));
  }
});
