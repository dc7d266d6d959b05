import { describe, expect, it } from "vitest";
import { CHUNK_LIMITS } from "../../../src/imports/readers/records.ts";
import { generateLeads, importCountersOf, type LeadFile, type Truth } from "../../fixtures/generate-leads.ts";
import { bodyOf, call, upload, waitForImport } from "../../harness/api.ts";
import type { Around } from "../../harness/bindings.ts";
import { createCompany, createUser, type TestCompany } from "../../harness/factories.ts";
import { prepareImport, runToEnd } from "../../harness/import-run.ts";

const OUTCOMES = ["created", "updated", "unchanged", "duplicate", "failed"] as const;
const GROWING = [...OUTCOMES, "processed", "warning"]
  .map((name) => `${name}_records`)
  .concat("progress", "status");

type Shown = Record<string, number | string | null>;

/** How many records a chunk has that is looked at. */
const CHUNK = 400;

/** Between two polls; without it the rate limit would have its say. */
const PAUSE_MS = 10;

/** Starts an import that the queue delivers, and polls it until it has ended. @returns all that was seen. */
async function watch(company: TestCompany, token: string, file: Uint8Array, query: string): Promise<Shown[]> {
  const started = await upload(token, company.id, file, query);
  const seen: Shown[] = [started];
  while (seen.at(-1)?.finished_at === null) {
    if (seen.length > 2000) throw new Error("the import never ends");
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    const { import_file: shown } = await bodyOf(call(`/import/${started.import_code}`, { token }));
    seen.push(shown);
  }
  return seen;
}

/** Runs an import, and looks at it after each thing that it writes. @returns all that was seen. */
async function watchEachStep(
  company: TestCompany,
  token: string,
  file: Uint8Array,
  onDuplicate: "skip" | "update",
): Promise<Shown[]> {
  const code = await prepareImport(company, file, onDuplicate);
  const seen: Shown[] = [];
  const look = async () => {
    const { import_file: shown } = await bodyOf(call(`/import/${code}`, { token }));
    seen.push(shown);
  };
  await look();
  const around: Around = async ({ name, reads }, write) => {
    const result = await write();
    if (name === "batch" && !reads) await look();
    return result;
  };
  await runToEnd(code, around, { limits: { ...CHUNK_LIMITS, records: CHUNK } });
  await look();
  return seen;
}

/** Checks what holds of an import at every instant, and from one to the next. */
function expectSteady(seen: Shown[]): void {
  let before = seen[0];
  for (const now of seen) {
    const what = JSON.stringify({ before, now });
    const sum = OUTCOMES.reduce((total, name) => total + Number(now[`${name}_records`]), 0);
    expect(now.processed_records, what).toBe(sum);
    for (const name of GROWING) {
      expect(Number(now[name]), `${name} of ${what}`).toBeGreaterThanOrEqual(Number(before?.[name]));
    }
    expect(now.progress, what).toBeLessThanOrEqual(100);
    const ended = Number(now.status) >= 2;
    expect(now.finished_at === null, what).toBe(!ended);
    expect(now.started_at === null, what).toBe(now.status === 0);
    if (!ended) {
      expect(now.total_records, what).toBeNull();
      expect(now.error_file, what).toBeNull();
    }
    before = now;
  }
}

function expectTruth(end: Shown | undefined, truth: Truth): void {
  expect(end).toMatchObject({
    status_name: "completed_with_errors",
    progress: 100,
    ...importCountersOf(truth),
    processed_records: truth.total,
    success_rate: Math.floor((10_000 * (truth.total - truth.failed)) / truth.total) / 100,
    failure: null,
    error_file: expect.any(String),
  });
}

async function generate(file: LeadFile): Promise<{ bytes: Uint8Array; truth: Truth }> {
  const { chunks, truth } = generateLeads({ questions: false, ...file });
  const bytes = new Uint8Array(await new Blob([...chunks()]).arrayBuffer());
  return { bytes, truth: truth() };
}

describe("an import that is polled while it runs", () => {
  it("shows every counter growing, adding up, and the total at the end", async () => {
    const company = await createCompany({ store: 1 });
    const { token } = await createUser({ access: [{ company, role: "manager" }] });
    const first = await generate({ seed: 8, records: 8 * CHUNK });
    const created = await watchEachStep(company, token, first.bytes, "skip");
    expectSteady(created);
    expectTruth(created.at(-1), first.truth);

    const since = { records: 8 * CHUNK, changed: 0.4 };
    const second = await generate({ seed: 8, records: 10 * CHUNK, since });
    const updated = await watchEachStep(company, token, second.bytes, "update");
    expectSteady(updated);
    expectTruth(updated.at(-1), second.truth);

    // It was seen on its way, after each chunk.
    for (const [seen, chunks] of [
      [created, 8],
      [updated, 10],
    ] as const) {
      const steps = new Set(seen.map((shown) => shown.processed_records));
      expect(steps.size).toBeGreaterThan(chunks);
    }
  });

  it("shows each of several imports as its own, and a list that agrees", async () => {
    const company = await createCompany();
    const { token } = await createUser({ access: [{ company, role: "manager" }] });
    // The same people: those of other files would share a phone with one of them, and an e-mail with another.
    const files = await Promise.all([2500, 2400, 2300].map((records) => generate({ seed: 21, records })));
    const watched = await Promise.all(
      files.map(({ bytes }) => watch(company, token, bytes, "&on_duplicate=create")),
    );
    for (const [index, seen] of watched.entries()) {
      expectSteady(seen);
      const { total, failed } = files[index]?.truth ?? { total: 0, failed: 0 };
      // Copies are leads too: no record of any of the files is a duplicate.
      expect(seen.at(-1)).toMatchObject({
        total_records: total,
        created_records: total - failed,
        duplicate_records: 0,
        failed_records: failed,
      });
      const again = await waitForImport(String(seen.at(-1)?.import_code), token);
      const links = { original_file: expect.any(String), error_file: expect.any(String) };
      expect(again).toEqual({ ...seen.at(-1), ...links });
    }
    const { import_files: list } = await bodyOf(call(`/import?company_id_eq=${company.id}`, { token }));
    const counters = (shown: Shown) => [shown.import_code, ...GROWING.map((name) => shown[name])];
    expect(list.map(counters).sort()).toEqual(watched.map((seen) => counters(seen.at(-1) ?? {})).sort());
    const stored = await company.database
      .prepare("SELECT count(*) AS n FROM leads WHERE company_id = ?")
      .bind(company.id)
      .first<number>("n");
    expect(stored).toBe(files.reduce((sum, { truth }) => sum + truth.total - truth.failed, 0));
  });
});
