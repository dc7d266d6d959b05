import { createExecutionContext, env } from "cloudflare:test";
import { sql } from "drizzle-orm";
import { beforeAll, beforeEach, expect, test, vi } from "vitest";
import { app } from "../../../src/app.ts";
import { carryAuditEvents, sweepAuditOutbox, tryCarryAuditEvents } from "../../../src/audit/outbox/carry.ts";
import { auditInStore, originOfJob } from "../../../src/audit/outbox/write.ts";
import { openDatabases, openLeads } from "../../../src/db/clients.ts";
import { openScheduledRun } from "../../../src/jobs/scheduled-run.ts";
import { problemOf, requestOf, upload, waitForImport } from "../../harness/api.ts";
import { createCompany, createUser, type TestCompany, type TestUser } from "../../harness/factories.ts";
import { deliver, prepareImport } from "../../harness/import-run.ts";
import { rowsOf } from "../../harness/people.ts";

const T0 = Date.parse("2026-02-17T21:54:09.000Z");

let company: TestCompany;
let owner: TestUser;

beforeAll(async () => {
  company = await createCompany({ store: 1 });
  owner = await createUser({ access: [{ company, role: "owner" }] });
});
beforeEach(() => void vi.spyOn(console, "error").mockImplementation(() => {}));

/** Writes events into the outbox of the company's store. @param first their objects are numbered from here. */
async function write(count: number, first: number): Promise<void> {
  const origin = {
    ...originOfJob(T0),
    actor: { kind: "user", userId: owner.id } as const,
    ip: "203.0.113.9",
    requestId: "r-1",
  };
  const event = { action: "import.created", companyId: company.id, objectId: sql`value` } as const;
  const objects = JSON.stringify(Array.from({ length: count }, (_, at) => first + at));
  await auditInStore(
    openLeads(company.database),
    origin,
    { ...event, details: { note: 1 } },
    sql`FROM json_each(${objects}) WHERE 1 ORDER BY key`,
  );
}

const arrived = () => rowsOf("SELECT * FROM audit_events WHERE company_id = ? ORDER BY id", company.id);
const objectsArrived = async () => (await arrived()).map(({ object_id }) => object_id);
const waiting = async () =>
  (await company.database.prepare("SELECT * FROM audit_outbox WHERE company_id = ?").bind(company.id).all())
    .results.length;
const range = (first: number, count: number) => Array.from({ length: count }, (_, at) => first + at);

test("events of a lead store arrive in the trail as they were written, in their order, once", async () => {
  await write(450, 1);
  const databases = () => openDatabases(env, { for: "job" });
  await Promise.all([1, 2, 3].map(() => carryAuditEvents(env, databases(), company.store)));
  expect(await objectsArrived()).toEqual(range(1, 450));
  expect(await waiting()).toBe(0);
  const [first] = await arrived();
  expect(first).toMatchObject({
    actor_id: owner.id,
    action: "import.created",
    object_type: "import",
    details: '{"note":1}',
    ip: "203.0.113.9",
    user_agent: null,
    request_id: "r-1",
    created_at: T0,
  });
});

test.each([["the directory"], ["the store"]])(
  "what %s loses the answer to is carried again, and arrives once",
  async (lost) => {
    const before = (await arrived()).length;
    await write(3, 1000);
    const failing = (database: D1Database): D1Database =>
      ({
        prepare: (statement: string) => {
          if (!/^\s*(INSERT|DELETE)/.test(statement)) return database.prepare(statement);
          return {
            bind: (...values: unknown[]) => ({
              run: async () => {
                if (lost === "the directory")
                  await database
                    .prepare(statement)
                    .bind(...values)
                    .run();
                throw new Error("the answer is lost");
              },
            }),
          };
        },
      }) as unknown as D1Database;
    const bindings =
      lost === "the directory" ? { DIRECTORY: failing(env.DIRECTORY) } : { LEADS_1: failing(env.LEADS_1) };
    await tryCarryAuditEvents(
      env,
      openDatabases({ ...env, ...bindings } as Env, { for: "job" }),
      company.store,
    );
    expect(await waiting()).toBe(3);
    await sweepAuditOutbox(openScheduledRun(env, T0));
    expect(await waiting()).toBe(0);
    expect((await objectsArrived()).slice(before)).toEqual([1000, 1001, 1002]);
  },
);

test("an import that has ended says so once, however often it is tried to end it", async () => {
  const code = await prepareImport(company, "email\nana@example.test\nbad@\n");
  await deliver(code);
  await deliver(code);
  await sweepAuditOutbox(openScheduledRun(env, T0));
  const ended = (await arrived()).filter(({ action }) => action === "import.ended");
  expect(ended.map(({ details, actor_id }) => [JSON.parse(details), actor_id])).toEqual([
    [
      {
        ...{ status: 3, created_records: 1, updated_records: 0, failed_records: 1 },
        imported_by: expect.any(Number),
        seconds: expect.any(Number),
      },
      null,
    ],
  ]);
});

test("nothing is exported or downloaded that the trail cannot have", async () => {
  const sent = await upload(owner.token, company.id, "email\nzoe@example.test\nbad@\n");
  const done = await waitForImport(sent.import_code, owner.token);
  const unwritable = {
    ...env,
    DIRECTORY: withoutTrail(env.DIRECTORY),
  } as Env;
  const pathOf = (link: string) => link.slice(link.indexOf("/import/"));
  const paths = [
    `/companies/${company.id}/leads/export`,
    pathOf(done.original_file),
    pathOf(done.error_file),
  ];
  for (const path of paths) {
    const ask = (bindings: Env) =>
      app.fetch(requestOf(path, { token: owner.token }), bindings, createExecutionContext());
    const refused = await problemOf(ask(unwritable), 503);
    expect(refused.code).toBe("unavailable");
    expect(await (await ask(env)).text()).toContain(
      path.includes("/error_file?") ? "bad@" : "zoe@example.test",
    );
  }
});

/** A directory that takes no audit events. */
function withoutTrail(database: D1Database | D1DatabaseSession): D1Database {
  return {
    withSession: (constraint: string) => withoutTrail((database as D1Database).withSession(constraint)),
    getBookmark: () => (database as D1DatabaseSession).getBookmark(),
    batch: (statements: D1PreparedStatement[]) => database.batch(statements),
    prepare: (statement: string) => {
      if (/into "audit_events"/.test(statement)) throw new Error("D1_ERROR: Network connection lost.");
      return database.prepare(statement);
    },
  } as unknown as D1Database;
}
