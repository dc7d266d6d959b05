import { createExecutionContext, createMessageBatch, env, getQueueResult } from "cloudflare:test";
import { describe, expect, test } from "vitest";
import type { IndexMessage } from "../../../../src/jobs/message.ts";
import { openScheduledRun } from "../../../../src/jobs/scheduled-run.ts";
import { consumeIndexing } from "../../../../src/leads/list/search/consume-indexing.ts";
import { indexStore } from "../../../../src/leads/list/search/index-leads.ts";
import { searchStatements } from "../../../../src/leads/list/search/reindex-lead.ts";
import { sweepSearch } from "../../../../src/leads/list/search/request-indexing.ts";
import { bodyOf, call } from "../../../harness/api.ts";
import { deliver, ENDLESS, prepareImport } from "../../../harness/import-run.ts";
import { createLead } from "../../../harness/leads.ts";
import { company, find, indexAll, manager, neighbour, prepareSearch, tenant } from "./searched.ts";

prepareSearch();

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
