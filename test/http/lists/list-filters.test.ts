import { beforeAll, describe, expect, test } from "vitest";
import { createCompany, createUser, type TestCompany, type TestUser } from "../../harness/factories.ts";
import {
  campaignId,
  child,
  company,
  createImports,
  type ImportRow,
  idsOf,
  iso,
  rows,
  SECOND,
  T0,
} from "./made-imports.ts";

beforeAll(createImports);

describe("filters of GET /import", () => {
  type Keep = (row: ImportRow) => boolean;
  const finished = (row: ImportRow) => row.finishedAt ?? Number.NaN;
  const cases: [string, () => string, Keep][] = [
    ["id_eq", () => `id_eq=${rows[2]?.id}`, (row) => row.id === rows[2]?.id],
    ["import_code_eq", () => `import_code_eq=${rows[1]?.importCode}`, (row) => row === rows[1]],
    ["company_id_eq", () => `company_id_eq=${child.id}`, (row) => row.companyId === child.id],
    ["campaign_id_eq", () => `campaign_id_eq=${campaignId}`, (row) => row.campaignId === campaignId],
    ["status_eq by number", () => "status_eq=2", (row) => row.status === 2],
    ["status_eq by name", () => "status_eq=completed_with_errors", (row) => row.status === 3],
    ["status_in", () => "status_in=0,processing,4", (row) => [0, 1, 4].includes(row.status)],
    [
      "file_processed_at_gt",
      () => `file_processed_at_gt=${iso(T0 + 2 * SECOND)}`,
      (row) => finished(row) > T0 + 2 * SECOND,
    ],
    [
      "file_processed_at_gteq",
      () => `file_processed_at_gteq=${iso(T0 + 2 * SECOND)}`,
      (row) => finished(row) >= T0 + 2 * SECOND,
    ],
    [
      "file_processed_at_lt",
      () => `file_processed_at_lt=${iso(T0 + 2 * SECOND)}`,
      (row) => finished(row) < T0 + 2 * SECOND,
    ],
    [
      "file_processed_at_lteq",
      () => `file_processed_at_lteq=${iso(T0 + 2 * SECOND)}`,
      (row) => finished(row) <= T0 + 2 * SECOND,
    ],
    [
      "created_at_gt",
      () => `created_at_gt=${iso(T0 + 2 * SECOND)}`,
      (row) => row.createdAt > T0 + 2 * SECOND,
    ],
    [
      "created_at_gteq",
      () => `created_at_gteq=${iso(T0 + 2 * SECOND)}`,
      (row) => row.createdAt >= T0 + 2 * SECOND,
    ],
    [
      "created_at_lt",
      () => `created_at_lt=${iso(T0 + 2 * SECOND)}`,
      (row) => row.createdAt < T0 + 2 * SECOND,
    ],
    [
      "created_at_lteq",
      () => `created_at_lteq=${iso(T0 + 2 * SECOND)}`,
      (row) => row.createdAt <= T0 + 2 * SECOND,
    ],
    [
      "a time with an offset",
      () => `created_at_lt=${encodeURIComponent("2026-02-17T23:54:11.000+02:00")}`,
      (row) => row.createdAt < T0 + 2 * SECOND,
    ],
    [
      "a time without milliseconds",
      () => "created_at_lteq=2026-02-17T21:54:10Z",
      (row) => row.createdAt <= T0 + SECOND,
    ],
    [
      "several at once",
      () => `status_eq=2&company_id_eq=${company.id}&created_at_gt=${iso(T0)}`,
      (row) => row.status === 2 && row.companyId === company.id && row.createdAt > T0,
    ],
    [
      "empty ones beside one that is not",
      () => "page=&limit&id_eq=&status_eq=2&status_in=&sort=",
      (row) => row.status === 2,
    ],
  ];

  test.each(cases)("%s", async (_, query, keep) => {
    const wanted = rows.filter(keep).map((row) => row.id);
    expect(wanted.length).toBeGreaterThan(0);
    expect(wanted.length).toBeLessThan(rows.length);
    expect(await idsOf(`/import?${query()}`)).toEqual(wanted.reverse());
  });

  test.each([
    ["a date alone is its first instant", "created_at_gteq=2026-02-17", true],
    ["a date alone ends nothing later", "created_at_lteq=2026-02-17", false],
    ["an id that nothing has", "id_eq=9007199254740991", false],
    ["an id that nothing can have", "id_eq=-1", false],
    ["a company of others", "company_id_eq=999999", false],
    ["a code of nobody", "import_code_eq=%25", false],
  ])("%s", async (_, query, all) => {
    expect(await idsOf(`/import?${query}`)).toHaveLength(all ? rows.length : 0);
  });
});

describe("filters of GET /companies", () => {
  const made: Record<string, TestCompany> = {};
  let member: TestUser;

  beforeAll(async () => {
    const create = async (key: string, name: string, after: number, parent?: TestCompany) => {
      made[key] = await createCompany({ name, createdAt: T0 + after * SECOND, ...(parent && { parent }) });
      return made[key];
    };
    const acme = await create("acme", "Acme 100% Ads", 0);
    await create("north", "Acme North", 1, acme);
    const other = await create("other", "other_agency of the acme family", 2);
    await create("long", `Zeta ${"long ".repeat(20)}`, 3);
    await createCompany({ name: "Acme that is not ours", createdAt: T0 });
    const roots = [acme, other, made.long as TestCompany];
    member = await createUser({ access: roots.map((one) => ({ company: one, role: "viewer" })) });
  });

  const cases: [string, () => string, string[]][] = [
    ["nothing", () => "", ["acme", "north", "other", "long"]],
    ["id_eq", () => `id_eq=${made.other?.id}`, ["other"]],
    ["id_in", () => `id_in=${made.north?.id},${made.long?.id},1`, ["north", "long"]],
    ["name_eq", () => "name_eq=Acme%20North", ["north"]],
    ["name_eq is exact", () => "name_eq=acme%20north", []],
    ["name_cont in any case", () => "name_cont=ACME", ["acme", "north", "other"]],
    ["name_start in any case", () => "name_start=acme", ["acme", "north"]],
    ["name_cont with a percent sign that is one", () => "name_cont=0%25%20a", ["acme"]],
    ["name_cont with an underscore that is one", () => "name_cont=r_a", ["other"]],
    ["name_cont longer than D1 allows in LIKE", () => `name_cont=${"long%20".repeat(15)}`, ["long"]],
    ["name_cont with a quote", () => "name_cont=%27", []],
    ["parent_company_id_eq", () => `parent_company_id_eq=${made.acme?.id}`, ["north"]],
    ["parent_company_id_null=true", () => "parent_company_id_null=true", ["acme", "other", "long"]],
    ["parent_company_id_null=0", () => "parent_company_id_null=0", ["north"]],
    ["created_at_gt", () => `created_at_gt=${iso(T0 + SECOND)}`, ["other", "long"]],
    ["created_at_gteq", () => `created_at_gteq=${iso(T0 + SECOND)}`, ["north", "other", "long"]],
    ["created_at_lt", () => `created_at_lt=${iso(T0 + SECOND)}`, ["acme"]],
    ["created_at_lteq", () => `created_at_lteq=${iso(T0 + SECOND)}`, ["acme", "north"]],
    ["sort=-id", () => "sort=-id", ["long", "other", "north", "acme"]],
    ["sort=name", () => "sort=name", ["acme", "north", "long", "other"]],
    ["sort=-created_at", () => "sort=-created_at", ["long", "other", "north", "acme"]],
  ];

  test.each(cases)("%s", async (_, query, wanted) => {
    expect(await idsOf(`/companies?${query()}`, member.token)).toEqual(wanted.map((key) => made[key]?.id));
  });
});
