import { createMessageBatch, env } from "cloudflare:test";
import { gzipSync } from "node:zlib";
import { eq } from "drizzle-orm";
import { expect, it } from "vitest";
import { originOfJob } from "../../../src/audit/outbox/write.ts";
import { openLeads } from "../../../src/db/clients.ts";
import { leads } from "../../../src/db/leads/schema.ts";
import { mintTenant } from "../../../src/db/leads/tenant.ts";
import { consumeErasures } from "../../../src/erasures/consume-erasures.ts";
import { eraseLead } from "../../../src/leads/erase/erase-lead.ts";
import { createCompany, createUser } from "../../harness/factories.ts";
import { deliver, prepareImport } from "../../harness/import-run.ts";
import { createLead } from "../../harness/leads.ts";
import { zipOf } from "../../imports/unpack/packed.ts";
import { workbookOf } from "../../imports/unpack/workbooks.ts";

const EMAIL = "ana@example.test";
const OTHERS = "email,notes\nluis@example.test,\n";
const HERS = `email,notes\nluis@example.test,friend of ${EMAIL}\n`;
const bookOf = (own: unknown, other: unknown = "") =>
  workbookOf({
    sheets: [
      {
        name: "a",
        rows: [
          ["email", "notes"],
          ["luis@example.test", own as string],
        ],
      },
      { name: "b", rows: [[other as string]] },
    ],
  });
const runs = `<c r="REF" t="inlineStr"><is><r><t>ana@</t></r><r><t>example.test</t></r></is></c>`;

it.each<[string, Uint8Array, boolean]>([
  ["a gzip file that has them", new Uint8Array(gzipSync(HERS)), true],
  ["a gzip file that has not", new Uint8Array(gzipSync(OTHERS)), false],
  [
    "a gzip file of UTF-16 that has them",
    new Uint8Array(gzipSync(Buffer.from(`\ufeff${HERS}`, "utf16le"))),
    true,
  ],
  [
    "a ZIP archive that has them beyond a megabyte",
    zipOf([{ name: "a.csv", content: `${OTHERS}${"\n".repeat(1_500_000)}${HERS}` }]),
    true,
  ],
  [
    "a ZIP archive of several files, which was refused",
    zipOf([
      { name: "a.csv", content: OTHERS },
      { name: "b.csv", content: HERS },
    ]),
    true,
  ],
  ["a workbook that has them in a text", bookOf(`see ${EMAIL}`), true],
  ["a workbook that has them in runs", bookOf({ xml: runs }), true],
  ["a workbook that has them in a sheet that was not imported", bookOf("", EMAIL), true],
  ["a workbook that has their number", bookOf("", 5255123499001), true],
  [
    "a workbook that has their rounded number",
    bookOf("", { xml: '<c r="REF"><v>5.2551234990010E12</v></c>' }),
    true,
  ],
  ["a workbook that has not", bookOf("nobody"), false],
  [
    "a workbook in an archive, which is not looked into",
    zipOf([{ name: "a.xlsx", content: bookOf("nobody") }]),
    true,
  ],
  ["an archive that cannot be read", zipOf([{ name: "a.csv", content: OTHERS, encrypted: true }]), true],
])("erasing somebody looks into %s", async (_, file, removed) => {
  const company = await createCompany();
  const user = await createUser({ access: [{ company, role: "owner" }] });
  const code = await prepareImport(company, file);
  await deliver(code);
  const { id: leadId } = await createLead(company, {
    email: EMAIL,
    phone: "+5255123499001",
  });
  const quiet = { ...env, ERASURES: { send: async () => {} } } as unknown as Env;
  const tenant = mintTenant(company.store, company.database, [company.id]);
  const row = await openLeads(company.database).select().from(leads).where(eq(leads.id, leadId)).get();
  const { id } = await eraseLead(quiet, tenant, row as never, {
    ...originOfJob(Date.now()),
    actor: { kind: "user", userId: user.id },
  });
  for (let turn = 0; turn < 20; turn++) {
    const message = {
      id: "m",
      timestamp: new Date(),
      attempts: 1,
      body: { kind: "erasure", store: company.store, erasure_id: id },
    };
    // Slices that are over at once: what was looked through is not looked through again.
    await consumeErasures(createMessageBatch("leadsy-erasures", [message]) as never, quiet, {
      now: () => Date.now() + turn * 600_000,
      newSlice: () => ({ over: () => true }),
    });
  }
  const kept = await company.database
    .prepare(
      "SELECT file_key, (SELECT removed_originals FROM erasures WHERE id = ?2) AS removed FROM imports WHERE import_code = ?1",
    )
    .bind(code, id)
    .first();
  expect(kept).toMatchObject(removed ? { file_key: "", removed: 1 } : { removed: 0 });
  expect(kept?.file_key === "").toBe(removed);
});
