import { env } from "cloudflare:test";
import { eq } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { openDirectory } from "../../src/db/clients.ts";
import { companies } from "../../src/db/directory/schema.ts";
import { mintTenant } from "../../src/db/leads/tenant.ts";
import { importQuota, requireImportLeft } from "../../src/memberships/limits.ts";
import { attachMembership } from "../harness/accounts/memberships.ts";
import { bodyOf, call, problemOf } from "../harness/api.ts";
import {
  createCompany,
  createImportRow,
  createUser,
  type TestCompany,
  type TestUser,
} from "../harness/factories.ts";
import { FORM_TYPE, formBytes, type Part } from "../harness/form.ts";
import { howMany } from "../harness/runtime/how-many.ts";

const db = openDirectory(env.DIRECTORY);
const RUNS = howMany(16, 50);
const CSV = "email\nana@example.test\n";

const send = ({ token }: TestUser, company: TestCompany, headers: Record<string, string> = {}) =>
  call(`/import?company_id=${company.id}`, {
    token,
    method: "POST",
    body: CSV,
    headers: { "Content-Type": "text/csv", ...headers },
  });
const sendForm = ({ token }: TestUser, parts: Part[]) =>
  call("/import", { token, method: "POST", body: formBytes(parts), headers: { "Content-Type": FORM_TYPE } });

const originals = async () =>
  (await env.FILES.list({ prefix: "originals/" })).objects.map(({ key }) => key).sort();

async function importsOf(...all: TestCompany[]): Promise<number> {
  const counts = all.map(({ id, database }) =>
    database
      .prepare("SELECT count(*) AS n FROM imports WHERE company_id = ?")
      .bind(id)
      .first<{ n: number }>(),
  );
  return (await Promise.all(counts)).reduce((sum, one) => sum + Number(one?.n), 0);
}

/** A company with so many imports a month, and its manager. */
async function allowing(maxImportsPerMonth: number, place: { parent?: TestCompany; store?: number } = {}) {
  const company = await createCompany(place);
  await attachMembership(company, { maxImportsPerMonth });
  return { company, manager: await createUser({ access: [{ company, role: "manager" }] }) };
}

describe("the imports of a month", () => {
  test.each([0, 1])("are refused once they are used up, in store %i, and nothing is kept", async (store) => {
    const { company, manager } = await allowing(2, { store });
    await bodyOf(send(manager, company), 202);
    await bodyOf(send(manager, company), 202);
    const files = await originals();
    const problem = await problemOf(send(manager, company), 402);
    expect(problem.code).toBe("membership_limit");
    const next = new Date();
    next.setUTCMonth(next.getUTCMonth() + 1, 1);
    next.setUTCHours(0, 0, 0, 0);
    expect(problem.detail).toBe(
      "imports_per_month: all 2 of this month are used. The next month begins at " +
        `${next.toISOString()}; or take a larger membership.`,
    );
    const field: Part = { name: "company_id", value: String(company.id) };
    const file: Part = { name: "file", value: CSV, fileName: "leads.csv" };
    for (const parts of [
      [field, file],
      [file, field],
    ]) {
      await problemOf(sendForm(manager, parts), 402);
    }
    expect(await originals()).toEqual(files);
    expect(await importsOf(company)).toBe(2);
  });

  test("are refused only to those who may import", async () => {
    const { company } = await allowing(0);
    const viewer = await createUser({ access: [{ company, role: "viewer" }] });
    await problemOf(send(viewer, company), 403);
    await problemOf(send(await createUser(), company), 404);
  });

  test("have no limit where the membership sets none, or there is none", async () => {
    const [boundless, free] = [await createCompany(), await createCompany()];
    await attachMembership(boundless, { maxUsers: 1 });
    for (const company of [boundless, free]) {
      const manager = await createUser({ access: [{ company, role: "manager" }] });
      for (let n = 0; n < 3; n++) await bodyOf(send(manager, company), 202);
      expect(await importQuota(db, company.id, Date.now())).toBeNull();
    }
  });

  test("are those of all companies that share the membership, seen or not", async () => {
    const { company: root } = await allowing(2);
    const [one, two] = [await createCompany({ parent: root }), await createCompany({ parent: root })];
    const { company: apart, manager } = await allowing(1, { parent: root });
    await bodyOf(send(manager, apart), 202);
    const [first, second] = [
      await createUser({ access: [{ company: one, role: "manager" }] }),
      await createUser({ access: [{ company: two, role: "manager" }] }),
    ];
    await bodyOf(send(first, one), 202);
    await bodyOf(send(second, two), 202);
    await problemOf(send(first, one), 402);
    await problemOf(send(manager, apart), 402);
    expect(await importsOf(root, one, two, apart)).toBe(3);
  });

  test("are counted from its first instant, where the company is that has the membership", async () => {
    const { company: root } = await allowing(1);
    const company = await createCompany({ parent: root });
    const inZone = (id: number, timezone: string) =>
      db.update(companies).set({ timezone }).where(eq(companies.id, id));
    await inZone(root.id, "Pacific/Auckland");
    await inZone(company.id, "America/Los_Angeles");
    const monthAt = async (now: string) => {
      const quota = await importQuota(db, company.id, Date.parse(now));
      return [quota?.since, quota?.until].map((time) => new Date(Number(time)).toISOString());
    };
    expect(await monthAt("2026-02-28T10:59:59.999Z")).toEqual([
      "2026-01-31T11:00:00.000Z",
      "2026-02-28T11:00:00.000Z",
    ]);
    expect(await monthAt("2026-02-28T11:00:00.000Z")).toEqual([
      "2026-02-28T11:00:00.000Z",
      "2026-03-31T11:00:00.000Z",
    ]);
    // Summer time ends in April, and the year with December.
    expect((await monthAt("2026-04-15T00:00:00.000Z"))[1]).toBe("2026-04-30T12:00:00.000Z");
    expect((await monthAt("2026-12-15T00:00:00.000Z"))[1]).toBe("2026-12-31T11:00:00.000Z");

    const { since = 0 } = (await importQuota(db, company.id, Date.now())) ?? {};
    const manager = await createUser({ access: [{ company, role: "manager" }] });
    await createImportRow(company, manager, { createdAt: since - 1 });
    const row = await createImportRow(company, manager, { createdAt: since });
    await problemOf(send(manager, company), 402);
    await company.database.prepare("DELETE FROM imports WHERE id = ?").bind(row.id).run();
    await bodyOf(send(manager, company), 202);
  });

  test("are counted by an index", async () => {
    const { company } = await allowing(1);
    const quota = await importQuota(db, company.id, Date.now());
    const asked: string[] = [];
    const client = new Proxy(company.database, {
      get: (target, name) => {
        if (name !== "prepare") return Reflect.get(target, name);
        return (sql: string) => {
          asked.push(sql);
          return target.prepare(sql);
        };
      },
    });
    if (quota) await requireImportLeft(mintTenant(company.store, client, [company.id]), quota);
    expect(asked).toHaveLength(1);
    const { results } = await company.database
      .prepare(`EXPLAIN QUERY PLAN ${asked[0]}`)
      .bind("[1]", 0, 1)
      .all<{ detail: string }>();
    const plan = results.map(({ detail }) => detail);
    expect(plan.filter((detail) => / i /.test(detail))).toEqual([
      expect.stringMatching(/^SEARCH i USING INDEX imports_files \(company_id=\?\)$/),
    ]);
  });
});

test("of two at once, exactly one gets the last import of the month", async () => {
  for (let run = 0; run < RUNS; run++) {
    const { company, manager } = await allowing(1);
    const before = await originals();
    const answers = await Promise.all([send(manager, company), send(manager, company)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([202, 402]);
    expect(await importsOf(company)).toBe(1);
    expect(await originals()).toHaveLength(before.length + 1);
  }
});

describe("with an Idempotency-Key", () => {
  test("the last import of the month is answered again", async () => {
    const { company, manager } = await allowing(1);
    const headers = { "Idempotency-Key": crypto.randomUUID() };
    const first = await bodyOf(send(manager, company, headers), 202);
    const files = await originals();
    const again = await send(manager, company, headers);
    expect(again.headers.get("Idempotent-Replayed")).toBe("true");
    expect(await bodyOf(again, 202)).toEqual(first);
    expect(await originals()).toEqual(files);
  });

  test("a refused one is no first answer: the same key imports once there is room", async () => {
    const { company, manager } = await allowing(0);
    const headers = { "Idempotency-Key": crypto.randomUUID() };
    const files = await originals();
    await problemOf(send(manager, company, headers), 402);
    expect(await originals()).toEqual(files);
    await env.DIRECTORY.prepare("UPDATE company_memberships SET status = 'canceled' WHERE company_id = ?")
      .bind(company.id)
      .run();
    await bodyOf(send(manager, company, headers), 202);
    expect(await importsOf(company)).toBe(1);
  });
});
