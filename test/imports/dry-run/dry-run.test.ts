import { beforeEach, describe, expect, test } from "vitest";
import { UNDOABLE_FOR_MS } from "../../../src/imports/undo/undoable.ts";
import { attachMembership, limitLeads } from "../../harness/accounts/memberships.ts";
import { bodyOf, call } from "../../harness/api.ts";
import { createCompany, createUser, type TestCompany, type TestUser } from "../../harness/factories.ts";
import { deliver, prepareImport, sliceOf } from "../../harness/import-run.ts";
import { createLead } from "../../harness/leads.ts";
import { ask } from "../control/asked.ts";
import { beginUndo, deliverUndo, undoOf } from "../undo/undo-run.ts";
import { ledgerOf, plansOf, quiet, untouched } from "./dry-run.ts";

let company: TestCompany;
let manager: TestUser;

beforeEach(async () => {
  company = await createCompany();
  manager = await createUser({ access: [{ company, role: "manager" }] });
});

const importOf = async (code: string) =>
  (await bodyOf(call(`/import/${code}`, { token: manager.token }))).import_file;

const BEFORE = `Email,External id,First name,Color\n${[1, 2, 3, 4].map((n) => `old-${n}@leads.test,x-${n},Old,red`).join("\n")}`;

/** New, twice in the file, updated, unchanged, rejected for the file and for the store, with a warning and new fields. */
const FILE = [
  "Email,Phone,External id,First name,Stage,Color,Shape,Tags",
  "new-1@leads.test,,y-1,Ana,won,blue,,vip",
  "new-2@leads.test,,,Bo,,,round,",
  ",+52 55 1234 5601,,Carla,,,,",
  "old-1@leads.test,,,New,contacted,,,fair",
  "old-2@leads.test,,x-2,Old,,red,,",
  "new-1@leads.test,,,Again,,,,",
  "new-3@leads.test,12,,Warned,Nowhere,,,",
  "not-an-address,,,Bad,,,,",
  "new-4@leads.test,,y-1,Taken by the file,,,,",
  "new-5@leads.test,,x-3,Taken by a lead,,,,",
  "old-3@leads.test,,z-3,New id,,,,",
  "new-6@leads.test,,x-3,The id of before,,,,",
  "old-1@leads.test,,,Too late,,,,",
].join("\n");

async function dryRun(content = FILE, mode: "update" | "skip" | "create" = "update"): Promise<string> {
  const code = await prepareImport(company, content, mode, null, "MX", { dryRun: true });
  await deliver(code, { env: quiet() });
  return code;
}

async function imported(content: string): Promise<string> {
  const code = await prepareImport(company, content);
  await deliver(code, { env: quiet() });
  return code;
}

describe("a dry run", () => {
  test.each(["update", "skip", "create"] as const)(
    "tells all that the import does, with on_duplicate=%s, and writes nothing",
    async (mode) => {
      await imported(BEFORE);
      const before = await untouched(company);
      const code = await dryRun(FILE, mode);
      expect(await untouched(company)).toEqual(before);
      expect(await plansOf(company, code)).toBe(0);
      const told = await ledgerOf(company, code);
      const shown = await importOf(code);
      expect(shown).toMatchObject({ status: 6, status_name: "validated", dry_run: true, progress: 100 });
      expect(shown).toMatchObject({ total_records: 13, processed_records: 13, announced: null, drift: null });
      const errors = await bodyOf(call(`/import/${code}/errors`, { token: manager.token }));

      const { status, body } = await ask("commit", code, manager.token);
      expect([status, body.import_file.status_name]).toEqual([202, "pending"]);
      expect(body.import_file).toMatchObject({ processed_records: 0, dry_run: false, started_at: null });
      await deliver(code, { env: quiet() });
      expect(await ledgerOf(company, code)).toEqual(told);
      const done = await importOf(code);
      expect(done).toMatchObject({
        status: 3,
        drift: null,
        announced: { failed_records: shown.failed_records, warning_records: shown.warning_records },
      });
      expect(done.processed_records).toBe(13);
      expect(await bodyOf(call(`/import/${code}/errors`, { token: manager.token }))).toEqual(errors);
      expect(await untouched(company)).not.toEqual(before);
    },
  );

  test("tells what came out otherwise, where the leads have changed in between", async () => {
    const code = await dryRun("Email\na@leads.test\nb@leads.test\nc@leads.test", "skip");
    await createLead(company, { email: "a@leads.test" });
    await createLead(company, { email: "b@leads.test" });
    expect((await ask("commit", code, manager.token)).status).toBe(202);
    await deliver(code, { env: quiet() });
    expect(await importOf(code)).toMatchObject({
      status: 2,
      drift: { created_records: -2, duplicate_records: 2, differing_records: 2 },
      announced: { created_records: 3, duplicate_records: 0 },
    });
  });

  test("meets the limits of the company as the import does", async () => {
    await limitLeads(company, 7);
    await imported(BEFORE);
    const code = await dryRun();
    expect(await importOf(code)).toMatchObject({ status: 6, created_records: 3 });
    const told = await ledgerOf(company, code);
    await ask("commit", code, manager.token);
    await deliver(code, { env: quiet() });
    expect(await ledgerOf(company, code)).toEqual(told);
  });

  test("may be cancelled, and begins again with retry", async () => {
    const code = await prepareImport(company, FILE, "skip", null, "MX", { dryRun: true });
    await deliver(code, { env: quiet(), newSlice: sliceOf(14) });
    expect((await importOf(code)).processed_records).toBeGreaterThan(0);
    expect((await ask("cancel", code, manager.token)).status).toBe(202);
    await deliver(code, { env: quiet() });
    expect(await importOf(code)).toMatchObject({ status: 5, dry_run: true });
    expect(await plansOf(company, code)).toBe(0);
    const refused = await ask("commit", code, manager.token);
    expect([refused.status, refused.body.code, refused.body.detail]).toEqual([
      409,
      "not_committable",
      expect.stringContaining("retry"),
    ]);
    const undo = await ask("undo", code, manager.token);
    expect([undo.status, undo.body.detail]).toEqual([409, expect.stringContaining("dry run")]);
    const { body } = await ask("retry", code, manager.token);
    expect(body.import_file).toMatchObject({ status: 0, processed_records: 0, dry_run: true });
    await deliver(code, { env: quiet() });
    expect(await importOf(code)).toMatchObject({ status: 6, processed_records: 13 });
  });

  test("tells no drift of a commit that was cancelled on its way", async () => {
    const code = await dryRun(FILE, "skip");
    expect((await ask("commit", code, manager.token)).status).toBe(202);
    await deliver(code, { env: quiet(), newSlice: sliceOf(14) });
    expect((await ask("cancel", code, manager.token)).status).toBe(202);
    await deliver(code, { env: quiet() });
    const stopped = await importOf(code);
    expect(stopped).toMatchObject({ status: 5, drift: null });
    expect(stopped.processed_records).toBeGreaterThan(0);
    expect((await ask("retry", code, manager.token)).status).toBe(202);
    await deliver(code, { env: quiet() });
    expect(await importOf(code)).toMatchObject({ status: 3, processed_records: 13, drift: null });
  });

  test("is undone once it was committed, and not before", async () => {
    await imported(BEFORE);
    const before = await untouched(company);
    const code = await dryRun();
    const undo = await ask("undo", code, manager.token);
    expect([undo.status, undo.body.code, undo.body.detail]).toEqual([
      409,
      "not_undoable",
      expect.stringContaining("dry run"),
    ]);
    await ask("commit", code, manager.token);
    await deliver(code, { env: quiet() });
    await beginUndo(company, code);
    await deliverUndo(code);
    expect(await undoOf(company, code)).toMatchObject({ status: 7, finished: 1, spared: 0 });
    const { leads, tags, history } = await untouched(company);
    expect({ leads, tags, history }).toEqual({
      leads: before.leads,
      tags: before.tags,
      history: before.history,
    });
    expect((await ask("commit", code, manager.token)).body.detail).toContain("undone since");
  });
});

describe("what cannot be committed", () => {
  const refusal = async (code: string) => {
    const { status, body } = await ask("commit", code, manager.token);
    return [status, body.code, body.detail];
  };

  test("is told so, with what to do", async () => {
    const plain = await imported("Email\na@leads.test");
    expect(await refusal(plain)).toEqual([409, "not_committable", expect.stringContaining("no dry run")]);
    const failed = await dryRun("Email\n");
    expect(await refusal(failed)).toEqual([
      409,
      "not_committable",
      expect.stringContaining("ended as failed"),
    ]);
    const old = await dryRun("Email\nb@leads.test");
    const change = (sql: string, code: string) =>
      company.database.prepare(`UPDATE imports SET ${sql} WHERE import_code = ?`).bind(code).run();
    await change(`finished_at = finished_at - ${UNDOABLE_FOR_MS}`, old);
    expect(await refusal(old)).toEqual([409, "not_committable", expect.stringContaining("30 days")]);
    const erased = await dryRun("Email\nc@leads.test");
    await change("file_key = ''", erased);
    expect(await refusal(erased)).toEqual([409, "not_committable", expect.stringContaining("erased")]);
    const waiting = await prepareImport(company, FILE, "skip", null, "MX", { dryRun: true });
    expect(await refusal(waiting)).toEqual([
      409,
      "not_committable",
      expect.stringContaining("still running"),
    ]);
  });

  test("twice is once", async () => {
    const code = await dryRun("Email\na@leads.test");
    const [one, other] = await Promise.all([
      ask("commit", code, manager.token),
      ask("commit", code, manager.token),
    ]);
    expect([one.status, other.status]).toEqual([202, 202]);
    await deliver(code, { env: quiet() });
    const again = await ask("commit", code, manager.token);
    expect([again.status, again.body.import_file]).toMatchObject([202, { status: 2, created_records: 1 }]);
    expect(await refusal(await cancelled())).toEqual([
      409,
      "not_committable",
      expect.stringContaining("ended as cancelled"),
    ]);

    async function cancelled() {
      const stopped = await dryRun("Email\nb@leads.test");
      await ask("commit", stopped, manager.token);
      await ask("cancel", stopped, manager.token);
      await deliver(stopped, { env: quiet() });
      return stopped;
    }
  });

  test("beyond the imports of the month is a 402, and a dry run counts for none", async () => {
    await attachMembership(company, { maxImportsPerMonth: 1 });
    const [first, second] = [await dryRun("Email\na@leads.test"), await dryRun("Email\nb@leads.test")];
    expect((await ask("commit", first, manager.token)).status).toBe(202);
    expect(await refusal(second)).toEqual([402, "membership_limit", expect.stringContaining("all 1")]);
    const sent = await call(`/import?company_id=${company.id}&dry_run=true`, {
      token: manager.token,
      method: "POST",
      body: "Email\nc@leads.test",
      headers: { "Content-Type": "text/csv" },
    });
    expect((await bodyOf(sent, 202)).import_file.dry_run).toBe(true);
  });
});
