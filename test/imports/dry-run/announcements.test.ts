import { env } from "cloudflare:test";
import { beforeEach, describe, expect, test } from "vitest";
import { sweepAnnouncements } from "../../../src/imports/dry-run/announcements/drop-announcements.ts";
import { CHUNK_LIMITS } from "../../../src/imports/readers/records.ts";
import { UNDOABLE_FOR_MS } from "../../../src/imports/undo/undoable.ts";
import { openScheduledRun } from "../../../src/jobs/scheduled-run.ts";
import { bodyOf, call } from "../../harness/api.ts";
import { createCompany, createUser, type TestCompany, type TestUser } from "../../harness/factories.ts";
import { deliver, prepareImport, sliceOf } from "../../harness/import-run.ts";
import { createLead } from "../../harness/leads.ts";
import { ask } from "../control/asked.ts";
import { beginUndo } from "../undo/undo-run.ts";
import { announcementsOf, quiet } from "./dry-run.ts";

let company: TestCompany;
let manager: TestUser;

beforeEach(async () => {
  company = await createCompany();
  manager = await createUser({ access: [{ company, role: "manager" }] });
});

const driftOf = async (code: string) =>
  (await bodyOf(call(`/import/${code}`, { token: manager.token }))).import_file.drift;

const NAMES = [..."abcdefghijkl"];
const FILE = ["Email,First name", ...NAMES.map((name) => `${name}@leads.test,${name}`), "bad,Z"].join("\n");

async function dryRun(mode: "update" | "skip" | "create" = "skip"): Promise<string> {
  const code = await prepareImport(company, FILE, mode, null, "MX", { dryRun: true });
  await deliver(code, { env: quiet() });
  return code;
}

const commit = async (code: string) => expect((await ask("commit", code, manager.token)).status).toBe(202);

/** One record will be no lead any more, another will be one. */
async function exchange(gone: number) {
  await call(`/leads/${gone}`, { method: "DELETE", token: manager.token });
  await createLead(company, { email: "a@leads.test" });
}

describe("what a dry run announced of each record", () => {
  test.each(["skip", "update", "create"] as const)(
    "finds what makes up for each other, with %s",
    async (mode) => {
      const { id } = await createLead(company, { email: "h@leads.test" });
      const code = await dryRun(mode);
      await exchange(id);
      await commit(code);
      // Its chunks begin elsewhere than those of the dry run.
      await deliver(code, { env: quiet(), limits: { ...CHUNK_LIMITS, records: 3 } });
      expect(await driftOf(code)).toEqual(mode === "create" ? null : { differing_records: 2 });
      expect(await announcementsOf(company, code)).toBe(0);
    },
  );

  test("is still compared with where the commit stops and is tried again", async () => {
    const { id } = await createLead(company, { email: "h@leads.test" });
    const code = await dryRun();
    await exchange(id);
    await commit(code);
    await deliver(code, { env: quiet(), newSlice: sliceOf(14) });
    await ask("cancel", code, manager.token);
    await deliver(code, { env: quiet() });
    expect(await announcementsOf(company, code)).toBe(3);
    expect((await ask("retry", code, manager.token)).status).toBe(202);
    await deliver(code, { env: quiet() });
    expect(await driftOf(code)).toEqual({ differing_records: 2 });
    expect(await announcementsOf(company, code)).toBe(0);
  });

  test("goes with a dry run that stops, and is there once when it begins again", async () => {
    const code = await prepareImport(company, FILE, "skip", null, "MX", { dryRun: true });
    await deliver(code, { env: quiet(), newSlice: sliceOf(14) });
    expect(await announcementsOf(company, code)).toBeGreaterThan(0);
    await ask("cancel", code, manager.token);
    await deliver(code, { env: quiet() });
    expect(await announcementsOf(company, code)).toBe(0);
    await ask("retry", code, manager.token);
    await deliver(code, { env: quiet() });
    expect(await announcementsOf(company, code)).toBe(3);
  });

  test("is swept once nobody can ask for it, and a later commit compares only counts", async () => {
    const sweep = () => sweepAnnouncements(openScheduledRun(env, Date.now()));
    const change = (sql: string, code: string) =>
      company.database.prepare(`UPDATE imports SET ${sql} WHERE import_code = ?`).bind(code).run();
    const stopped = async () => {
      const code = await dryRun("update");
      await commit(code);
      await deliver(code, { env: quiet(), newSlice: sliceOf(14) });
      await ask("cancel", code, manager.token);
      await deliver(code, { env: quiet() });
      return code;
    };
    const kept = [await dryRun(), await stopped()];
    const [old, erased, undone, late] = [await dryRun(), await dryRun(), await stopped(), await stopped()];
    await change(`finished_at = finished_at - ${UNDOABLE_FOR_MS}`, old);
    await change("file_key = ''", erased);
    await beginUndo(company, undone);
    await change(`finished_at = finished_at - ${UNDOABLE_FOR_MS}`, late);
    await sweep();
    for (const code of kept) expect(await announcementsOf(company, code)).toBe(3);
    for (const code of [old, erased, undone, late]) expect(await announcementsOf(company, code)).toBe(0);
    expect((await ask("retry", late, manager.token)).status).toBe(202);
    await deliver(late, { env: quiet() });
    expect(await driftOf(late)).toBeNull();
  });
});
