import { env } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { CHUNK_LIMITS } from "../../../src/imports/readers/records.ts";
import { bodyOf, call } from "../../harness/api.ts";
import { type Around, surround } from "../../harness/bindings.ts";
import { createCompany, createUser, type TestCompany, type TestUser } from "../../harness/factories.ts";
import { undisturbed } from "../../harness/failing-operation.ts";
import { aftermath, deliver, prepareImport, runToEnd, sliceOf } from "../../harness/import-run.ts";
import { rowsOf } from "../../harness/people.ts";
import { beginUndo, deliverUndo } from "../undo/undo-run.ts";
import { workbookOf } from "../unpack/workbooks.ts";
import { ask, FILE } from "./asked.ts";

let company: TestCompany;
let user: TestUser;

beforeEach(async () => {
  company = await createCompany({ store: 1 });
  user = await createUser({ access: [{ company, role: "manager" }] });
});
afterEach(() => void vi.useRealTimers());

const SMALL = { ...CHUNK_LIMITS, records: 5 };
const quiet = (around: Around = undisturbed) => surround(env, around, async () => {});
const importOf = async (code: string) =>
  (await bodyOf(call(`/import/${code}`, { token: user.token }))).import_file;

/** Delivers with room for one chunk, or two. */
const step = (code: string, around: Around = undisturbed) =>
  deliver(code, { env: quiet(around), limits: SMALL, newSlice: sliceOf(14) });
const finish = (code: string) => runToEnd(code, undisturbed, { limits: SMALL });

/** An import of some records, of which some chunks are in. */
async function begun(content: string | Uint8Array = FILE): Promise<string> {
  const code = await prepareImport(company, content);
  for (let steps = 0; steps < 20; steps++) {
    await step(code);
    if ((await importOf(code)).processed_records > 0) return code;
  }
  throw new Error("nothing is read");
}

/** What an import leaves behind that nobody stopped. */
async function expectedOf(content: string | Uint8Array = FILE) {
  const other = await createCompany({ store: 1 });
  const code = await prepareImport(other, content);
  await runToEnd(code, undisturbed, { limits: SMALL });
  return aftermath(other, code);
}

describe("an import that is cancelled", () => {
  test("ends with what was written, and an error file of that", async () => {
    const code = await begun();
    const { processed_records: before } = await importOf(code);
    const { status, body } = await ask("cancel", code, user.token);
    expect([status, body.import_file.status_name]).toEqual([202, "processing"]);
    await step(code);
    const ended = await importOf(code);
    expect(ended).toMatchObject({
      status: 5,
      processed_records: before,
      failed_records: 2,
      total_records: null,
      failure: null,
    });
    expect(ended.finished_at).not.toBeNull();
    const lines = (
      await (await call(ended.error_file.slice(ended.error_file.indexOf("/import/")))).text()
    ).split("\r\n");
    expect(lines).toHaveLength(4);
    expect(lines[1]).toContain("not-an-address-3");
  });

  test("writes no chunk after the one that was under way", async () => {
    const code = await prepareImport(company, FILE);
    let cancelled = false;
    await deliver(code, {
      env: quiet(async (operation, act) => {
        const result = await act();
        // The first chunk is in, and the next is being read.
        if (operation.name === "batch" && !cancelled && (await importOf(code)).processed_records === 5) {
          cancelled = true;
          expect((await ask("cancel", code, user.token)).status).toBe(202);
        }
        return result;
      }),
      limits: SMALL,
    });
    expect(cancelled).toBe(true);
    expect(await importOf(code)).toMatchObject({ status: 5, processed_records: 5 });
  });

  test("ends at once where it waits for its turn, and lets the next one go first", async () => {
    const first = await prepareImport(company, FILE);
    const waiting = await prepareImport(company, "email\na@x.test\n");
    expect((await ask("cancel", waiting, user.token)).body.import_file.status_name).toBe("pending");
    await step(waiting);
    expect(await importOf(waiting)).toMatchObject({ status: 5, processed_records: 0, error_file: null });
    await finish(first);
    expect(await importOf(first)).toMatchObject({ status: 3, processed_records: 37 });
  });

  test("may be cancelled again, which is told once", async () => {
    const code = await begun();
    const keyed = { "Idempotency-Key": `stop-${code}` };
    const once = await ask("cancel", code, user.token, undisturbed, keyed);
    expect(await ask("cancel", code, user.token, undisturbed, keyed)).toEqual({ ...once, replayed: true });
    expect((await ask("cancel", code, user.token)).status).toBe(202);
    await step(code);
    const again = await ask("cancel", code, user.token);
    expect([again.status, again.body.import_file.status_name]).toEqual([202, "cancelled"]);
    const told = "WHERE company_id = ? AND action = 'import.cancelled'";
    const carried = await rowsOf(`SELECT action FROM audit_events ${told}`, company.id);
    const { results: waiting } = await company.database
      .prepare(`SELECT action FROM audit_outbox ${told}`)
      .bind(company.id)
      .all();
    expect([...carried, ...waiting]).toHaveLength(1);
  });

  test("is refused once it has ended, with what to do", async () => {
    const code = await prepareImport(company, "email\na@x.test\n");
    await finish(code);
    const { status, body } = await ask("cancel", code, user.token);
    expect([status, body.code]).toEqual([409, "import_ended"]);
    expect(body.detail).toContain("Undo it");
  });

  test("is told that it is undone, or being undone, where it is", async () => {
    const details = async (code: string) => [
      (await ask("cancel", code, user.token)).body.detail,
      (await ask("retry", code, user.token)).body.detail,
    ];
    for (const content of ["email\na@x.test\nb@x.test\n", FILE]) {
      const code = content === FILE ? await begun() : await prepareImport(company, content);
      if (content === FILE) await ask("cancel", code, user.token);
      await (content === FILE ? step(code) : finish(code));
      await beginUndo(company, code);
      const [cancel, retry] = await details(code);
      if (content !== FILE) {
        expect(cancel).toBe("The import is being undone. There is nothing left to cancel.");
      }
      expect(retry).toBe("The import is being undone. Send the file as a new import.");
      for (let steps = 0; steps < 9; steps++) await deliverUndo(code);
      expect((await importOf(code)).status_name).toBe("undone");
      expect(await details(code)).toEqual([
        "The import was undone. There is nothing left to cancel.",
        "The import was undone. Send the file as a new import.",
      ]);
    }
  });

  test("is cancelled although its file turns out to be of no use", async () => {
    const code = await prepareImport(company, "%PDF-1.7\n");
    await ask("cancel", code, user.token);
    await step(code);
    expect(await importOf(code)).toMatchObject({ status: 5, failure: null });
  });
});

describe("an import that is tried again", () => {
  test("goes on at its checkpoint and comes out as if nobody had stopped it", async () => {
    const code = await begun();
    await ask("cancel", code, user.token);
    await step(code);
    const { status, body } = await ask("retry", code, user.token);
    expect([status, body.import_file.status_name, body.import_file.finished_at]).toEqual([
      202,
      "pending",
      null,
    ]);
    await finish(code);
    expect(await aftermath(company, code)).toEqual(await expectedOf());
  });

  test.each([
    [
      "workbook",
      () =>
        workbookOf({
          sheets: [
            {
              name: "S",
              rows: FILE.split("\r\n").map((line) =>
                line.replaceAll('"', "").replaceAll("\n", " ").split(","),
              ),
            },
          ],
        }),
    ],
    [
      "gzip",
      async () =>
        new Uint8Array(
          await new Response(
            new Blob([FILE]).stream().pipeThrough(new CompressionStream("gzip")),
          ).arrayBuffer(),
        ),
    ],
    [
      "ndjson",
      () =>
        Array.from({ length: 17 }, (_, n) => JSON.stringify({ email: n % 4 ? `p${n}@x.test` : "bad" })).join(
          "\n",
        ),
    ],
  ])("unpacks a %s again, and goes on in it", async (_, make) => {
    const content = await make();
    const code = await begun(content);
    await ask("cancel", code, user.token);
    await step(code);
    expect(await importOf(code)).toMatchObject({ status: 5 });
    expect((await ask("retry", code, user.token)).status).toBe(202);
    await finish(code);
    expect(await aftermath(company, code)).toEqual(await expectedOf(content));
  });

  test("is one that the platform failed", async () => {
    const code = await begun();
    // What the sweeper does with an import that met trouble for six hours.
    await company.database
      .prepare(
        `UPDATE imports SET status = 4, failure_code = 'processing_failed', failure_detail = 'x', finished_at = 1,
           leased_until = NULL, lease_id = NULL, queued_at = NULL, total_records = 37,
           error_file_key = 'imports/some/errors.csv' WHERE import_code = ?`,
      )
      .bind(code)
      .run();
    const { status, body } = await ask("retry", code, user.token);
    expect(status).toBe(202);
    expect(body.import_file).toMatchObject({
      ...{ status_name: "pending", finished_at: null, failure: null },
      ...{ total_records: null, error_file: null },
    });
    await finish(code);
    expect(await aftermath(company, code)).toEqual(await expectedOf());
  });

  test("is tried again by one of two who ask at the same moment, each with a key of their own", async () => {
    const code = await begun();
    await ask("cancel", code, user.token);
    await step(code);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() });
    const answers = await Promise.all(
      ["one", "two"].map((name) =>
        ask("retry", code, user.token, undisturbed, { "Idempotency-Key": `${name}-${code}` }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([202, 409]);
  });

  test("is refused where it runs, has ended or never will be read, with what to do", async () => {
    const refused = async (code: string) => {
      const { status, body } = await ask("retry", code, user.token);
      return [status, body.code, body.detail];
    };
    const running = await begun();
    expect(await refused(running)).toEqual([
      409,
      "import_not_retryable",
      expect.stringContaining("is running"),
    ]);
    await finish(running);
    expect(await refused(running)).toEqual([
      409,
      "import_not_retryable",
      expect.stringContaining("error file"),
    ]);
    const useless = await prepareImport(company, "%PDF-1.7\n");
    await finish(useless);
    expect(await refused(useless)).toEqual([
      409,
      "import_not_retryable",
      expect.stringContaining("failure says"),
    ]);
    const erased = await begun("email\na@x.test\nb@x.test\n");
    await ask("cancel", erased, user.token);
    await step(erased);
    await company.database
      .prepare("UPDATE imports SET file_key = '', status = 5 WHERE import_code = ?")
      .bind(erased)
      .run();
    expect(await refused(erased)).toEqual([409, "import_not_retryable", expect.stringContaining("erased")]);
  });
});
