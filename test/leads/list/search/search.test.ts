import { createExecutionContext, createMessageBatch, env, getQueueResult } from "cloudflare:test";
import { beforeAll, describe, expect, test } from "vitest";
import { mintTenant, type Tenant } from "../../../../src/db/leads/tenant.ts";
import type { IndexMessage } from "../../../../src/jobs/message.ts";
import { openScheduledRun } from "../../../../src/jobs/scheduled-run.ts";
import { consumeIndexing } from "../../../../src/leads/list/search/consume-indexing.ts";
import { indexStore } from "../../../../src/leads/list/search/index-leads.ts";
import { searchStatements } from "../../../../src/leads/list/search/reindex-lead.ts";
import { sweepSearch } from "../../../../src/leads/list/search/request-indexing.ts";
import { bodyOf, call, problemOf } from "../../../harness/api.ts";
import { createCompany, createUser, type TestCompany, type TestUser } from "../../../harness/factories.ts";
import { deliver, ENDLESS, prepareImport } from "../../../harness/import-run.ts";
import { createLead } from "../../../harness/leads.ts";

let company: TestCompany;
let neighbour: TestCompany;
let manager: TestUser;
let agent: TestUser;
let tenant: Tenant;
const ids: Record<string, number> = {};

async function find(q: string, query = "", token = manager.token): Promise<(string | undefined)[]> {
  const path = `/companies/${company.id}/leads?q=${encodeURIComponent(q)}&${query}`;
  const { leads } = await bodyOf(call(path, { token }));
  return leads.map(
    ({ id }: { id: number }) => Object.keys(ids).find((name) => ids[name] === id) ?? String(id),
  );
}

const indexAll = (of = tenant) => indexStore(of, ENDLESS);

beforeAll(async () => {
  company = await createCompany({ store: 1 });
  neighbour = await createCompany({ store: 1 });
  manager = await createUser({ access: [{ company, role: "manager" }] });
  agent = await createUser({ access: [{ company, role: "agent" }] });
  tenant = mintTenant(1, company.database, "all");
  const lead = async (name: string, differs: Parameters<typeof createLead>[1]) => {
    ids[name] = (await createLead(company, differs)).id;
  };
  await lead("lucia", {
    firstName: "Lucía",
    lastName: "Romero Ñandú",
    email: "lu@one.test",
    phone: "+525512345678",
  });
  await lead("ivan", {
    firstName: "IVÁN",
    companyName: "Café 100% Aurora",
    email: "ivan_x@two.test",
    assignedTo: agent.id,
  });
  await lead("li", {
    firstName: "Li",
    lastName: "Wang",
    email: null,
    phone: null,
    phoneRaw: "ext. 77-88",
  });
  await lead("odd", { firstName: 'Say "hi" *', lastName: "NEAR(a) 😀😀😀", email: "odd@three.test" });
  await lead("gone", { firstName: "Lucía", email: "gone@one.test", deletedAt: 1 });
  await createLead(neighbour, { firstName: "Lucía", lastName: "Romero", email: "lucia@neighbour.test" });
  await indexAll();
});

describe("finds", () => {
  test.each([
    ["a whole word", "romero", ["lucia"]],
    ["a part of one", "omer", ["lucia"]],
    ["without its accents", "nandu", ["lucia"]],
    ["with accents that it does not have", "rómero", ["lucia"]],
    ["an accent written as two characters", "Luci\u0301a", ["lucia"]],
    ["in any case", "ivÁN", ["ivan"]],
    ["all of several words, in any order", "one.test lucia", ["lucia"]],
    ["none where one is missing", "lucia two.test", []],
    ["an e-mail address", "lu@one.test", ["lucia"]],
    ["a phone as it is kept", "+525512345678", ["lucia"]],
    ["a phone as people write it", "55 1234-5678", ["lucia"]],
    ["a phone that could not be read", "77-88", ["li"]],
    ["a company", "café aurora", ["ivan"]],
    ["a short word beside its neighbour", "li wang", ["li"]],
    ["no short word elsewhere", "wang li", []],
    ["a percent sign that is one", "00% a", ["ivan"]],
    ["no percent sign that is none", "caf%a", []],
    ["an underscore that is one", "n_x@", ["ivan"]],
    ["no underscore that is none", "iv_n_x", []],
    ["a quote that is one", '"hi"', ["odd"]],
    ["a star that is one", '" *', ["odd"]],
    ["no star that is none", "rom*", []],
    ["NEAR", "near(a)", ["odd"]],
    ["emoji", "😀😀😀", ["odd"]],
    ["nothing by operators", "lucia OR ivan", []],
    ["nothing by a column", "lead_name:lucia", []],
    ["nothing of what hangs together by accents alone", "\u0301\u0301\u0301", []],
    ["nothing of a deleted lead", "gone@one", []],
    ["nothing of a neighbour", "neighbour", []],
  ])("%s: %s", async (_, q, wanted) => {
    expect(await find(q)).toEqual(wanted);
  });

  test("in the order in which leads came, the latest first", async () => {
    expect(await find(".test")).toEqual(["odd", "ivan", "lucia"]);
    expect(await find(".test", "sort=created_at")).toEqual(["lucia", "ivan", "odd"]);
  });

  test("beside filters, and an agent their own", async () => {
    expect(await find(".test", `assigned_to_eq=${agent.id}`)).toEqual(["ivan"]);
    expect(await find(".test", "first_name_start=luc&phone_null=false")).toEqual(["lucia"]);
    expect(await find(".test", "", agent.token)).toEqual(["ivan"]);
    expect(await find("romero", "", agent.token)).toEqual([]);
  });

  test("what is exported, too", async () => {
    const path = `/companies/${company.id}/leads/export?q=romero%20one.test`;
    const answer = await call(path, { token: manager.token });
    const file = await answer.text();
    expect(answer.status).toBe(200);
    expect(file).toContain("lu@one.test");
    expect(file.trimEnd().split("\r\n")).toHaveLength(2);
  });

  test("page by page, and counts where that is asked", async () => {
    for (const sort of ["-created_at", "created_at"]) {
      const all = await find(".test", `sort=${sort}`);
      const seen: string[] = [];
      let cursor: string | null = "";
      while (cursor !== null) {
        const path: string = `/companies/${company.id}/leads?q=.test&limit=1&sort=${sort}&cursor=${cursor}`;
        const page = await bodyOf(call(path, { token: manager.token }));
        expect(page.meta.total_records).toBeNull();
        seen.push(
          ...page.leads.map(({ id }: { id: number }) => Object.keys(ids).find((name) => ids[name] === id)),
        );
        cursor = page.meta.next_cursor;
      }
      expect(seen).toEqual(all);
    }
    const path = `/companies/${company.id}/leads?q=.test&limit=1&count=exact`;
    expect((await bodyOf(call(path, { token: manager.token }))).meta.total_records).toBe(3);
    const agents = await bodyOf(call(path, { token: agent.token }));
    expect(agents.meta.total_records).toBe(1);
  });

  test.each(["ab", "😀", "%00%00%00", "x".repeat(256), "x".repeat(2000)])("refuses %s", async (q) => {
    const problem = await problemOf(
      call(`/companies/${company.id}/leads?q=${q}`, { token: manager.token }),
      400,
    );
    expect(problem.errors).toMatchObject([{ pointer: "/q" }]);
  });
});

describe("the index follows", () => {
  const imported = async (text: string, onDuplicate: "skip" | "update" = "skip") => {
    expect(await deliver(await prepareImport(company, text, onDuplicate))).toBe(true);
  };

  test("an import, and one that updates leads", async () => {
    await imported("email,first_name\nnew@import.test,Zacarías\n");
    await indexAll();
    expect(await find("zacarias")).toHaveLength(1);
    await imported("email,first_name\nnew@import.test,Baltasar\n", "update");
    await indexAll();
    expect(await find("zacarias")).toHaveLength(0);
    expect(await find("baltasar")).toHaveLength(1);
  });

  test("a change in the batch that makes it, before the index has come there or after", async () => {
    for (const before of [true, false]) {
      const { id } = await createLead(company, { firstName: "Primero" });
      if (!before) await indexAll();
      const change = company.database
        .prepare("UPDATE leads SET first_name = 'Segundo' WHERE id = ?")
        .bind(id);
      await change.run();
      await tenant.db.batch(searchStatements(tenant, id));
      expect(await find("segundo")).toContain(String(id));
      await indexAll();
      expect(await find("primero")).not.toContain(String(id));
      expect(await find("segundo")).toEqual([String(id)]);
      await company.database.prepare("DELETE FROM leads WHERE id = ?").bind(id).run();
      expect(await find("segundo")).toEqual([]);
    }
  });

  test("an erased lead leaves the index by itself", async () => {
    const { id } = await createLead(company, { firstName: "Efímera" });
    await indexAll();
    const matches = () =>
      company.database
        .prepare("SELECT count(*) AS n FROM lead_search WHERE lead_search MATCH '\"efimera\"'")
        .first("n");
    expect(await matches()).toBe(1);
    await company.database.prepare("DELETE FROM leads WHERE id = ?").bind(id).run();
    expect(await matches()).toBe(0);
  });

  test("several at once index each lead once, in steps of any size", async () => {
    for (let run = 0; run < 10; run++) {
      const made: number[] = [];
      for (let index = 0; index < 7; index++) {
        made.push((await createLead(run % 2 ? company : neighbour, { lastName: `Concurrente${run}` })).id);
      }
      await Promise.all([1, 2, 3, 100].map((atOnce) => indexStore(tenant, ENDLESS, atOnce)));
      const entry = await company.database
        .prepare("SELECT count(*) AS n FROM lead_search WHERE lead_search MATCH ?")
        .bind(`"concurrente${run}"`)
        .first("n");
      expect(entry).toBe(7);
    }
    const progress = await company.database.prepare("SELECT * FROM search_progress").first();
    const highest = await company.database.prepare("SELECT max(id) AS id FROM leads").first("id");
    expect(progress?.leads_up_to).toBe(highest);
  });

  test("a slice that is over goes on where it ended", async () => {
    for (let index = 0; index < 5; index++) await createLead(company, { lastName: "Rebanada" });
    expect(await indexStore(tenant, sliceOfSteps(2), 2)).toBe(false);
    expect(await find("rebanada")).toHaveLength(4);
    expect(await indexStore(tenant, sliceOfSteps(2), 2)).toBe(true);
    expect(await find("rebanada")).toHaveLength(5);
  });

  test("leads that are made, changed, merged, deleted, restored and erased one by one", async () => {
    const ask = (method: string, path: string, json?: unknown) =>
      call(path, { token: manager.token, method, ...(json !== undefined && { json }) });
    const of = `/companies/${company.id}/leads`;
    const { lead } = await bodyOf(ask("POST", of, { email: "uno@single.test", first_name: "Úrsula" }), 201);
    expect(await find("ursula")).toEqual([String(lead.id)]);
    await bodyOf(ask("PUT", `/leads/${lead.id}`, { last_name: "Zubiri" }));
    expect(await find("sula zub")).toEqual([String(lead.id)]);
    await bodyOf(ask("PUT", `/leads/${lead.id}`, { first_name: "Olga" }));
    expect(await find("ursula")).toEqual([]);
    await bodyOf(ask("DELETE", `/leads/${lead.id}`), 204);
    expect(await find("zubiri")).toEqual([]);
    await bodyOf(ask("POST", `/leads/${lead.id}/restore`, {}));
    expect(await find("zubiri")).toEqual([String(lead.id)]);
    await bodyOf(ask("DELETE", `/leads/${lead.id}?erase=true`), 204);
    const left = company.database.prepare(
      "SELECT count(*) AS n FROM lead_search WHERE lead_search MATCH '\"zubiri\"'",
    );
    expect(await left.first("n")).toBe(0);
  });

  test("by its message after an import, one however many have ended, and by the cron where it was lost", async () => {
    await company.database.prepare("UPDATE search_progress SET queued_at = NULL").run();
    const messages: unknown[] = [];
    const queue = { send: async (message: unknown) => messages.push(message) };
    const keeping = { ...env, INDEX: queue } as unknown as Env;
    for (const name of ["queued", "another"]) {
      const code = await prepareImport(company, `email,first_name\n${name}@import.test,Encolado\n`);
      expect(await deliver(code, { env: keeping })).toBe(true);
    }
    expect(messages).toEqual([MESSAGE]);
    expect(await find("encolado")).toEqual([]);
    messages.length = 0;
    const sweep = (now: number) => sweepSearch(openScheduledRun(keeping, now));
    await sweep(Date.now());
    expect(messages).not.toContainEqual(MESSAGE);
    await sweep(Date.now() + 60_001);
    expect(messages).toContainEqual(MESSAGE);
    await consume(MESSAGE);
    expect(await find("encolado")).toHaveLength(2);
    messages.length = 0;
    await sweep(Date.now() + 200_000);
    expect(messages).not.toContainEqual(MESSAGE);
  });

  test("by one consumer at a time, and what came meanwhile by another message", async () => {
    const { database } = company;
    const lease = (until: number | null) =>
      database.prepare("UPDATE search_progress SET leased_until = ?, lease_id = 'other'").bind(until).run();
    await createLead(company, { lastName: "Alquilado" });
    await lease(Date.now() + 60_000);
    await consume(MESSAGE);
    expect(await find("alquilado")).toEqual([]);
    await lease(Date.now() - 1);
    await consume(MESSAGE);
    expect(await find("alquilado")).toHaveLength(1);
    const progress = await database.prepare("SELECT * FROM search_progress").first();
    expect(progress).toMatchObject({ leased_until: null, lease_id: null, queued_at: null });
  });

  test("an import ends as ever where the queue does not take the message", async () => {
    const failing = { ...env, INDEX: { send: () => Promise.reject(new Error("no queue")) } };
    const code = await prepareImport(company, "email\nno-queue@import.test\n");
    expect(await deliver(code, { env: failing as unknown as Env })).toBe(true);
    const row = company.database.prepare("SELECT status FROM imports WHERE import_code = ?").bind(code);
    expect(await row.first("status")).toBe(2);
  });

  test("a message for a store that there is not is acknowledged", async () => {
    expect(await consume({ kind: "index", store: 99 })).toHaveLength(1);
  });
});

const MESSAGE: IndexMessage = { kind: "index", store: 1 };

/** Delivers a message. @returns what was acknowledged. */
async function consume(body: IndexMessage): Promise<string[]> {
  const message = { id: crypto.randomUUID(), timestamp: new Date(), attempts: 1, body };
  const batch = createMessageBatch("leadsy-index", [message]);
  await consumeIndexing(batch, env);
  return (await getQueueResult(batch, createExecutionContext())).explicitAcks;
}

/** A slice that is over after some steps. */
function sliceOfSteps(steps: number) {
  let left = steps;
  return { over: () => left-- === 0 };
}
