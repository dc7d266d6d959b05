import { env } from "cloudflare:test";
import { describe, expect, test } from "vitest";
import { limitLeads } from "../../harness/accounts/memberships.ts";
import { createCompany, type TestCompany } from "../../harness/factories.ts";
import { aftermath, deliver, prepareImport } from "../../harness/import-run.ts";
import { createLead } from "../../harness/leads.ts";
import { howMany } from "../../harness/runtime/how-many.ts";

/** How often several imports meet the limit at once. */
const TURNS = howMany(12, 50);

const file = (from: number, to: number) =>
  `email,first_name\n${Array.from({ length: to - from + 1 }, (_, index) => `p${from + index}@leads.test,P${from + index}`).join("\n")}\n`;

async function run(company: TestCompany, text: string, mode: "skip" | "update" | "create" = "skip") {
  const code = await prepareImport(company, text, mode);
  await deliver(code);
  // biome-ignore lint/suspicious/noExplicitAny: a test asserts on what is there.
  return (await aftermath(company, code)) as any;
}

const countOf = async ({ id, database }: TestCompany) =>
  (
    await database
      .prepare("SELECT count(*) AS leads FROM leads WHERE company_id = ? AND deleted_at IS NULL")
      .bind(id)
      .first<{ leads: number }>()
  )?.leads;

describe("an import over the membership's limit of leads", () => {
  test("rejects the last records, in the order of the file, and says why", async () => {
    const company = await createCompany();
    await limitLeads(company, 12);
    const { row, rejections, errorFile, miscounted } = await run(company, file(1, 20));
    expect(row).toMatchObject({ status: 3, created_records: 12, failed_records: 8, duplicate_records: 0 });
    expect(rejections).toHaveLength(8);
    expect(rejections[0]).toMatchObject({
      record_number: 13,
      code: "membership_limit",
      reason: expect.stringContaining("limit of 12 leads"),
      cells: '["p13@leads.test","P13"]',
    });
    expect(errorFile).toContain("p20@leads.test,P20,20,membership_limit,");
    expect(miscounted).toEqual([{ leads: 0 }]);
    expect(await countOf(company)).toBe(12);
  });

  test("takes the rest from its error file once there is room", async () => {
    const company = await createCompany();
    const plan = await limitLeads(company, 7);
    const { errorFile } = await run(company, file(1, 10));
    await env.DIRECTORY.prepare("UPDATE memberships SET max_leads = 100 WHERE id = ?").bind(plan).run();
    expect((await run(company, errorFile)).row).toMatchObject({
      status: 2,
      created_records: 3,
      failed_records: 0,
    });
    expect(await countOf(company)).toBe(10);
  });

  test("still updates, and counts duplicates, where nothing new has room", async () => {
    const company = await createCompany();
    await run(company, file(1, 3));
    await limitLeads(company, 3);
    const changed = file(1, 5).replaceAll(",P", ",Q");
    expect((await run(company, changed, "update")).row).toMatchObject({
      updated_records: 3,
      failed_records: 2,
    });
    expect((await run(company, file(1, 4))).row).toMatchObject({ duplicate_records: 3, failed_records: 1 });
  });

  test("counts copies too", async () => {
    const company = await createCompany();
    await limitLeads(company, 5);
    const { row } = await run(company, file(1, 3) + file(1, 3).slice("email,first_name\n".length), "create");
    expect(row).toMatchObject({ created_records: 5, failed_records: 1 });
  });

  test("shares it with the companies that share the membership, and counts no deleted lead", async () => {
    const parent = await createCompany();
    const company = await createCompany({ parent });
    const sister = await createCompany({ parent });
    await limitLeads(parent, 6);
    await run(sister, file(1, 4));
    await sister.database
      .prepare("UPDATE leads SET deleted_at = 1 WHERE company_id = ? AND email = 'p1@leads.test'")
      .bind(sister.id)
      .run();
    expect((await run(company, file(1, 9))).row).toMatchObject({ created_records: 3, failed_records: 6 });
  });

  test("has no limit without a membership, and none where the membership names none", async () => {
    const company = await createCompany();
    expect((await run(company, file(1, 9))).row).toMatchObject({ created_records: 9, failed_records: 0 });
  });

  test("meets it to the lead, however many imports run at once, several times", async () => {
    for (let turn = 0; turn < TURNS; turn++) {
      const company = await createCompany();
      await limitLeads(company, 11);
      // Those of one company run one after another: here are three companies that share its membership.
      const sharing = [
        company,
        await createCompany({ parent: company }),
        await createCompany({ parent: company }),
      ];
      const codes = await Promise.all(
        sharing.map((one, index) => prepareImport(one, file(1 + 100 * index, 9 + 100 * index))),
      );
      await Promise.all(codes.map((code) => deliver(code)));
      const counts = await Promise.all(sharing.map(countOf));
      expect(counts.reduce<number>((sum, count) => sum + Number(count), 0)).toBe(11);
      // biome-ignore lint/suspicious/noExplicitAny: a test asserts on what is there.
      const ends = (await Promise.all(codes.map((code) => aftermath(company, code)))) as any[];
      expect(ends.reduce((sum, { row }) => sum + row.created_records, 0)).toBe(11);
      expect(ends.reduce((sum, { row }) => sum + row.failed_records, 0)).toBe(16);
    }
  });
});

test("the count follows what is deleted, restored and erased", async () => {
  const company = await createCompany();
  await run(company, file(1, 3));
  const { id } = await createLead(company);
  const counted = async () =>
    (
      await company.database
        .prepare("SELECT leads FROM lead_counts WHERE company_id = ?")
        .bind(company.id)
        .first()
    )?.leads;
  const change = (sql: string) => company.database.prepare(sql).bind(id).run();
  expect(await counted()).toBe(4);
  await change("UPDATE leads SET deleted_at = 1 WHERE id = ?");
  expect(await counted()).toBe(3);
  await change("UPDATE leads SET deleted_at = NULL WHERE id = ?");
  expect(await counted()).toBe(4);
  await change("UPDATE leads SET deleted_at = 1 WHERE id = ?");
  await change("DELETE FROM leads WHERE id = ?");
  expect(await counted()).toBe(3);
});
