import { env } from "cloudflare:test";
import { beforeAll, describe, expect, test } from "vitest";
import { leadStores } from "../../src/db/bindings.ts";
import { headerMeaning } from "../../src/imports/columns/header-names.ts";
import { FIELD_LIST, LEAD_FIELDS } from "../../src/leads/fields.ts";
import { bodyOf, call } from "../harness/api.ts";
import { createCompany, createUser, type TestCompany, type TestUser } from "../harness/factories.ts";
import { deliver, prepareImport } from "../harness/import-run.ts";
import { createLead } from "../harness/leads.ts";

/** What holds of every field of the table: each has a value that tells it from all others, and whose it is. */

const UPDATABLE = FIELD_LIST.filter((field) => field.updatable);
type Values = Record<string, string>;

function valuesOf(person: string, phone: string, stage: string): Values {
  return Object.fromEntries(
    UPDATABLE.map(({ key, kind, reader }) => {
      if (kind === "email") return [key, `${person}@fields.test`];
      if (kind === "phone") return [key, phone];
      if (kind === "stage") return [key, stage];
      return [key, reader ? `https://${person}.example/${key}` : `${key} of ${person}`];
    }),
  );
}

const ANA = valuesOf("ana", "+525512345670", "won");
const BEA = valuesOf("bea", "+525512345671", "contacted");
const csv = (...records: Values[]) =>
  [LEAD_FIELDS.join(","), ...records.map((values) => LEAD_FIELDS.map((key) => values[key]).join(","))].join(
    "\n",
  );

/** The fields of a lead as the API shows it, the stage by its key. */
function fieldsOf(lead: Record<string, unknown>): Values {
  const shown = { ...lead, stage: (lead.stage as { key: string }).key } as unknown as Values;
  return Object.fromEntries(LEAD_FIELDS.map((key) => [key, shown[key] ?? "missing"]));
}

let company: TestCompany;
let owner: TestUser;
beforeAll(async () => {
  company = await createCompany();
  owner = await createUser({ access: [{ company, role: "owner" }] });
});

async function listed(query: string, of = company): Promise<Record<string, unknown>[]> {
  return (await bodyOf(call(`/companies/${of.id}/leads?${query}`, { token: owner.token }))).leads;
}

async function importInto(target: TestCompany, file: string, onDuplicate: "skip" | "update" = "skip") {
  expect(await deliver(await prepareImport(target, file, onDuplicate))).toBe(true);
}

test("its labels are headers in three languages", () => {
  const wrong = UPDATABLE.flatMap(({ key, headers }) =>
    Object.values(headers ?? {})
      .flatMap(([label]) => [label, label.toUpperCase()])
      .filter((label) => headerMeaning(label) !== key)
      .map((label) => `${label}: ${headerMeaning(label)}, not ${key}`),
  );
  expect(wrong).toEqual([]);
  expect(UPDATABLE.filter(({ headers, example }) => !headers || !example)).toEqual([]);
});

test("it comes in by a file, is shown, found, exported, and read again as it was", async () => {
  await importInto(company, csv(ANA, BEA));
  const [bea, ana] = await listed("email_start=&sort=-created_at");
  expect(fieldsOf(ana ?? {})).toEqual(ANA);
  expect(fieldsOf(bea ?? {})).toEqual(BEA);
  expect(ana?.custom_fields).toEqual({});

  for (const { key, filters } of UPDATABLE) {
    const value = encodeURIComponent(ANA[key] ?? "");
    for (const predicate of filters.filter((one) => ["eq", "in", "start", "cont"].includes(one))) {
      const ids = await listed(`${key}_${predicate}=${value}`);
      expect([key, predicate, ...ids.map(({ id }) => id)]).toEqual([key, predicate, ana?.id]);
    }
  }

  const file = await (await call(`/companies/${company.id}/leads/export`, { token: owner.token })).text();
  expect(file.split("\r\n")[0]).toBe([...LEAD_FIELDS, "tags"].join(","));
  const copy = await createCompany();
  owner = await createUser({
    access: [company, copy].map((one) => ({ company: one, role: "owner" as const })),
  });
  await importInto(copy, file);
  expect((await listed("", copy)).map(fieldsOf)).toEqual([BEA, ANA]);
});

test("a later file changes it, an empty cell does not", async () => {
  const own = await createCompany();
  owner = await createUser({
    access: [company, own].map((one) => ({ company: one, role: "owner" as const })),
  });
  await importInto(own, csv(ANA));
  const empty = { ...Object.fromEntries(LEAD_FIELDS.map((key) => [key, ""])), email: ANA.email ?? "" };
  await importInto(own, csv(empty), "update");
  expect((await listed("", own)).map(fieldsOf)).toEqual([ANA]);
  const changed = { ...BEA, email: ANA.email ?? "" };
  await importInto(own, csv(changed), "update");
  expect((await listed("", own)).map(fieldsOf)).toEqual([changed]);
});

describe("requests", () => {
  test("create and change it, and `null` takes it away", async () => {
    const values = valuesOf("cleo", "+525512345672", "won");
    const created = await bodyOf(
      call(`/companies/${company.id}/leads`, { token: owner.token, method: "POST", json: values }),
      201,
    );
    expect(fieldsOf(created.lead)).toEqual(values);
    const others = valuesOf("dora", "+525512345673", "contacted");
    const put = (json: unknown) =>
      bodyOf(call(`/leads/${created.lead.id}`, { token: owner.token, method: "PUT", json }));
    expect(fieldsOf((await put(others)).lead)).toEqual(others);
    const cleared = UPDATABLE.filter(({ kind }) => kind === "text" || kind === "long_text");
    const { lead } = await put(Object.fromEntries(cleared.map(({ key }) => [key, null])));
    expect(cleared.filter(({ key }) => lead[key] !== null)).toEqual([]);
  });

  test("a merge fills it in, or has the value of the lead that is named", async () => {
    const values = valuesOf("eva", "+525512345674", "won");
    const full = await bodyOf(
      call(`/companies/${company.id}/leads`, { token: owner.token, method: "POST", json: values }),
      201,
    );
    const { id } = await createLead(company, { email: "fay@fields.test" });
    const fields = { email: full.lead.id, stage: full.lead.id };
    const json = { lead_ids: [full.lead.id], fields };
    const { lead } = await bodyOf(call(`/leads/${id}/merge`, { token: owner.token, method: "POST", json }));
    expect(fieldsOf(lead)).toEqual(values);
  });

  test("erasing the person leaves nothing of it in the lead stores", async () => {
    const values = valuesOf("gil", "+525512345675", "won");
    const { lead } = await bodyOf(
      call(`/companies/${company.id}/leads`, { token: owner.token, method: "POST", json: values }),
      201,
    );
    await bodyOf(call(`/leads/${lead.id}?erase=true`, { token: owner.token, method: "DELETE" }), 204);
    await expect.poll(() => tablesWith(["gil", "5512345675"])).toEqual([]);
  });
});

async function tablesWith(words: string[]): Promise<string[]> {
  const tables: string[] = [];
  for (const database of leadStores(env)) {
    const { results } = await database
      .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT GLOB '_cf_*'")
      .all<{ name: string }>();
    for (const { name } of results) {
      const rows = await database.prepare(`SELECT * FROM "${name}"`).all();
      if (words.some((word) => JSON.stringify(rows.results).includes(word))) tables.push(name);
    }
  }
  return tables;
}
