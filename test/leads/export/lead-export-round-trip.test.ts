import { expect, test } from "vitest";
import { CHUNK_LIMITS } from "../../../src/imports/readers/records.ts";
import { call } from "../../harness/api.ts";
import { createCompany, createUser, type TestCompany } from "../../harness/factories.ts";
import { deliver, prepareImport } from "../../harness/import-run.ts";
import { COLUMNS, createQuestions, FIELD_NAMES, fill, LEADS, TAGS, tag } from "./generated-leads.ts";

/** The leads of a company in order, free of ids: answers by key, copies by the place of their first. */
async function leadsOf(company: TestCompany, ids: Map<string, number>, order: string) {
  const { results } = await company.database
    .prepare(
      `SELECT id, ${COLUMNS}, answers, custom_fields, duplicate_of,
         (SELECT json_group_array(tag) FROM (SELECT tag FROM lead_tags WHERE lead_id = leads.id ORDER BY tag)) AS tags
       FROM leads
       WHERE company_id = ? ORDER BY ${order}`,
    )
    .bind(company.id)
    .all<Record<string, string | number | null>>();
  const places = new Map(results.map(({ id }, place) => [id, place]));
  const keys = new Map([...ids].map(([key, id]) => [String(id), key]));
  const entries = (json: unknown) =>
    Object.entries(JSON.parse(String(json ?? "{}")) as Record<string, unknown>);
  return results.map(({ id: _, duplicate_of: first, answers, custom_fields: custom, ...lead }) => ({
    ...lead,
    copyOf: first === null ? null : places.get(first),
    answers: entries(answers)
      .map(([id, answer]) => [keys.get(id), answer])
      .sort(),
    custom: entries(custom).sort(),
  }));
}

test("an export goes back in as the same leads, field by field", async () => {
  const [from, to] = [await createCompany({ store: 0 }), await createCompany({ store: 1 })];
  const { token } = await createUser({ access: [{ company: from, role: "viewer" }] });
  const [asked, askedToo] = [await createQuestions(from), await createQuestions(to)];
  await fill(from, asked.campaignId, asked.ids);
  await tag(from);

  const answer = await call(`/companies/${from.id}/leads/export`, { token });
  const file = Buffer.from(await answer.arrayBuffer()).toString();
  const code = await prepareImport(to, file, "create", askedToo.campaignId);
  while (!(await deliver(code, { limits: CHUNK_LIMITS })));

  const row = await to.database
    .prepare("SELECT total_records, created_records, failed_records FROM imports WHERE import_code = ?")
    .bind(code)
    .first();
  expect(row).toEqual({ total_records: LEADS, created_records: LEADS, failed_records: 0 });
  const [before, after] = [
    await leadsOf(from, asked.ids, "created_at, id"),
    await leadsOf(to, askedToo.ids, "record_number"),
  ];
  for (const [place, lead] of before.entries()) expect(after[place]).toEqual(lead);
  for (const name of TAGS)
    expect(
      before.some((lead) => String((lead as { tags?: unknown }).tags).includes(JSON.stringify(name))),
    ).toBe(true);
  // Nothing of what was to be tried is missing from what was generated.
  expect(before.filter(({ copyOf }) => copyOf !== null).length).toBeGreaterThan(LEADS / 100);
  for (const name of FIELD_NAMES) {
    expect(
      before.some(({ custom }) => custom.some(([key]) => key === name)),
      name,
    ).toBe(true);
  }
});
