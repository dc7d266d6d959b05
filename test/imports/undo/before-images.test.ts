import { env } from "cloudflare:test";
import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { openLeads } from "../../../src/db/clients.ts";
import { importMatches, imports, leadTags } from "../../../src/db/leads/schema.ts";
import { purgeBeforeImages } from "../../../src/imports/undo/purge-images.ts";
import { UNDOABLE_FOR_MS } from "../../../src/imports/undo/undoable.ts";
import { openScheduledRun } from "../../../src/jobs/scheduled-run.ts";
import { createCompany, type TestCompany } from "../../harness/factories.ts";
import { deliver, prepareImport } from "../../harness/import-run.ts";
import { createLead } from "../../harness/leads.ts";

const FILE = [
  "Email,First name,City,Stage,Color,Shape,Tags,Phone",
  "ana@leads.test,Anna,,won,red,round,new;vip,55 1234 5678",
  "bo@leads.test,Bo,,,,,,",
  "cy@leads.test,,Lima,,,,,",
].join("\n");

async function imported(company: TestCompany): Promise<string> {
  const code = await prepareImport(company, FILE, "update");
  await deliver(code);
  return code;
}

const matchesOf = ({ id, database }: TestCompany) =>
  openLeads(database)
    .select({
      record: importMatches.recordNumber,
      changed: importMatches.changed,
      before: importMatches.before,
    })
    .from(importMatches)
    .innerJoin(imports, eq(imports.id, importMatches.importId))
    .where(eq(imports.companyId, id))
    .orderBy(importMatches.recordNumber);

test("an update keeps what its leads were before: what it changed, and no more", async () => {
  const company = await createCompany();
  const at = { createdAt: 1_000, updatedAt: 2_000 };
  const ana = await createLead(company, {
    ...at,
    email: "ana@leads.test",
    firstName: 'An"a',
    version: 3,
    customFields: { Shape: "round", Color: "blue" },
  });
  await createLead(company, { ...at, email: "bo@leads.test", firstName: "Bo" });
  await createLead(company, { ...at, email: "cy@leads.test", lastName: "Li" });
  await openLeads(company.database)
    .insert(leadTags)
    .values(["vip", "old"].map((tag) => ({ companyId: company.id, leadId: ana.id, tag })));
  await imported(company);
  const images = (await matchesOf(company)).map(({ before, ...match }) => ({
    ...match,
    before: before === null ? null : JSON.parse(before),
  }));
  expect(images).toEqual([
    {
      record: 1,
      changed: true,
      before: {
        version: 3,
        updated_at: 2_000,
        first_name: 'An"a',
        phone: null,
        stage_id: 1,
        custom_fields: '{"Shape":"round","Color":"blue"}',
        tags: ["old", "vip"],
      },
    },
    { record: 2, changed: false, before: null },
    { record: 3, changed: true, before: { version: 0, updated_at: 2_000, city: null } },
  ]);
});

test("they are purged 30 days after the import has ended, from a checkpoint", async () => {
  const company = await createCompany();
  await createLead(company, { email: "ana@leads.test" });
  await createLead(company, { email: "cy@leads.test" });
  const code = await imported(company);
  const db = openLeads(company.database);
  const rowOf = () => db.select().from(imports).where(eq(imports.importCode, code)).get();
  const row = await rowOf();
  const endedAt = row?.finishedAt ?? 0;
  const kept = async () => (await matchesOf(company)).filter(({ before }) => before !== null).length;
  const before = await kept();
  expect([row?.imagesFrom, before > 0]).toEqual([1, true]);
  await purgeBeforeImages(openScheduledRun(env, endedAt + UNDOABLE_FOR_MS - 1));
  expect(await kept()).toBe(before);
  await purgeBeforeImages(openScheduledRun(env, endedAt + UNDOABLE_FOR_MS));
  expect([await kept(), (await rowOf())?.imagesFrom]).toEqual([0, null]);
});
