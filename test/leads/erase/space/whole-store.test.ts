import { env } from "cloudflare:test";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openDirectory } from "../../../../src/db/clients.ts";
import { mintTenant } from "../../../../src/db/leads/tenant.ts";
import { type CopyLimits, type ErasurePorts, leaseErasure } from "../../../../src/erasures/erasure-state.ts";
import { eraseCopies } from "../../../../src/erasures/space/erase-copies.ts";
import { mergeIndex } from "../../../../src/erasures/space/merge-index.ts";
import { newLease } from "../../../../src/jobs/lease.ts";
import type { Slice } from "../../../../src/jobs/slice.ts";
import { bodyOf, call } from "../../../harness/api.ts";
import { createCompany, createUser, type TestCompany } from "../../../harness/factories.ts";

/** What erasing somebody does once for a whole lead store, of whatever size. */

const endless: Slice = { over: () => false };
const short: Slice = { over: () => true };

let company: TestCompany;
beforeAll(async () => {
  company = await createCompany();
});
afterAll(() => env.LEADS_0.prepare("DELETE FROM erasures WHERE finished_at IS NULL").run());

describe("the index of words", () => {
  const words = (at: number) =>
    Array.from({ length: 30 }, (_, n) => (at * 977 + n * 131).toString(36)).join(" ");
  const insert = (at: number) =>
    company.database
      .prepare("INSERT INTO lead_search (rowid, lead_name) VALUES (?, ?)")
      .bind(at, words(at))
      .run();
  const blocksWith = (text: string) =>
    company.database
      .prepare("SELECT count(*) AS n FROM lead_search_data WHERE instr(block, CAST(? AS BLOB)) > 0")
      .bind(text)
      .first<number>("n");

  test("is merged to its end while others write to it all the time", async () => {
    for (let at = 1000; at < 1060; at++) await insert(at);
    await company.database
      .prepare("INSERT INTO lead_search (rowid, lead_name) VALUES (999, 'zqxjkvw zqxjkvw')")
      .run();
    // A merge that has passed the word already when it is deleted.
    await company.database.prepare("INSERT INTO lead_search (lead_search, rank) VALUES ('merge', -2)").run();
    await company.database.prepare("DELETE FROM lead_search WHERE rowid = 999").run();
    expect(await blocksWith("qxj")).toBeGreaterThan(0);
    let saved = 0;
    let written = 2000;
    const busy: Slice = {
      async over() {
        await insert(written++);
        return true;
      },
    };
    const save = async (begun: number) => {
      saved = begun;
    };
    for (let slices = 0; !(await mergeIndex(company.database, saved, save, busy, 1)); slices++)
      if (slices > 600) throw new Error("it never ends");
    expect(await blocksWith("qxj")).toBe(0);
    const { results } = await company.database
      .prepare("SELECT rowid FROM lead_search WHERE lead_search MATCH ?")
      .bind(`"${words(1007).slice(0, 9)}"`)
      .all();
    expect(results.length).toBeGreaterThan(0);
  });
});

describe("the indexes", () => {
  async function begin(progress: unknown = []): Promise<number> {
    return (await company.database
      .prepare(
        `INSERT INTO erasures (company_id, requested_by, imports_up_to, created_at, moved_at, phase, progress)
         VALUES (?, 1, 0, 1, 1, 'space', ?) RETURNING id`,
      )
      .bind((await createCompany()).id, JSON.stringify(progress))
      .first<number>("id")) as number;
  }
  async function step(id: number, limits: CopyLimits, slice: Slice = endless) {
    const tenant = mintTenant(company.store, company.database, "all");
    const directory = openDirectory(env.DIRECTORY);
    const ports: ErasurePorts = {
      ...{ tenant, directory, files: env.FILES, lease: newLease(), limits, now: Date.now },
    };
    const erasure = await leaseErasure(ports, id);
    if (!erasure) throw new Error("no erasure");
    const outcome = await eraseCopies(ports, erasure, slice);
    await company.database.prepare("UPDATE erasures SET leased_until = NULL, lease_id = NULL").run();
    return outcome;
  }
  const end = (id: number) =>
    company.database.prepare("UPDATE erasures SET finished_at = 1 WHERE id = ?").bind(id).run();
  const schema = async () =>
    (await company.database.prepare("SELECT name, sql FROM sqlite_schema ORDER BY name").all()).results;

  test("of a large store are made again one after another, slice by slice", async () => {
    const before = await schema();
    const id = await begin();
    const steps: number[] = [];
    for (let outcome: object = { delay: 0 }; "delay" in outcome; ) {
      outcome = await step(id, { rebuilt: 1e9, atOnce: -1 }, short);
      const row = await company.database
        .prepare("SELECT progress FROM erasures WHERE id = ?")
        .bind(id)
        .first("progress");
      steps.push(JSON.parse(String(row)).indexes.length);
    }
    await end(id);
    expect(steps).toEqual([...steps].sort((a, b) => b - a));
    expect(new Set(steps).size).toBeGreaterThan(3);
    expect(steps.at(-1)).toBe(0);
    expect(await schema()).toEqual(before);
  });

  test("of a store that is too large stay, and the answer says so", async () => {
    const id = await begin();
    expect(await step(id, { rebuilt: -1, atOnce: -1 })).toEqual({ partial: true });
    await company.database
      .prepare("UPDATE erasures SET phase = 'partial', finished_at = 1 WHERE id = ?")
      .bind(id)
      .run();
    const owned = await company.database
      .prepare("SELECT company_id FROM erasures WHERE id = ?")
      .bind(id)
      .first<number>("company_id");
    const owner = await createUser({ access: [{ company: { ...company, id: owned ?? 0 }, role: "owner" }] });
    const { erasures } = await bodyOf(call(`/companies/${owned}/erasures`, { token: owner.token }));
    expect(erasures[0]).toMatchObject({
      status: "completed",
      index: { status: "done" },
      space: { status: "partial" },
    });
  });

  test("are left to the last of several erasures, and wait for one that has begun", async () => {
    const limits = { rebuilt: 1e9, atOnce: 1e9 };
    const [first, last] = [await begin(), await begin()];
    expect(await step(first, limits)).toEqual({ partial: false });
    await end(first);
    const running = await begin({ indexes: [], partial: false });
    expect(await step(last, limits)).toEqual({ delay: 2000 });
    expect(await step(running, limits)).toEqual({ partial: false });
    await end(running);
    expect(await step(last, limits)).toEqual({ partial: false });
    await end(last);
  });
});
