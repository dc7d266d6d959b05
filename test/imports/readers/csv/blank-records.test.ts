import { env } from "cloudflare:test";
import { expect, it } from "vitest";
import { csvRecords } from "../../../../src/imports/readers/csv/csv-reader.ts";
import { PLAIN } from "../../../../src/imports/readers/csv/dialect.ts";
import { CHUNK_LIMITS, type RecordChunk, readRecords } from "../../../../src/imports/readers/records.ts";
import type { Operation } from "../../../harness/bindings.ts";
import { createCompany } from "../../../harness/factories.ts";
import { aftermath, deliver, prepareImport, runToEnd, sliceOf } from "../../../harness/import-run.ts";

const MIB = 1024 * 1024;

it("passes more blank records than a chunk holds, as a spreadsheet leaves them below its table", async () => {
  const company = await createCompany();
  const blank = ",\n".repeat(17);
  const file = `email,name\n${blank}a@example.com,A\n${blank}b@example.com,B\nc@example.com,C\n${blank}`;
  const code = await prepareImport(company, file);
  for (let delivery = 0; delivery < 5; delivery++) await deliver(code, { newSlice: sliceOf(100) });
  expect(await aftermath(company, code)).toMatchObject({
    row: { status: 2, total_records: 3, created_records: 3, checkpoint_offset: file.length },
    created: [{ record_number: 1 }, { record_number: 2 }, { record_number: 3 }],
  });
});

/** Reads a file of one repeated text, which is nowhere as a whole. */
async function readAll(size: number, text: string, ends = "") {
  const line = new TextEncoder().encode(text);
  const tail = new TextEncoder().encode(ends);
  const body = size - tail.length;
  const chunks: RecordChunk[] = [];
  let reads = 0;
  let turns = 0;
  let reading = true;
  const count = () => {
    turns += 1;
    if (reading) setTimeout(count, 0);
  };
  setTimeout(count, 0);
  const read = async (offset: number, length: number) => {
    reads += 1;
    const bytes = new Uint8Array(length);
    for (let at = 0; at < length; at++) {
      const place = offset + at;
      bytes[at] = (place < body ? line[place % line.length] : tail[place - body]) as number;
    }
    return bytes;
  };
  const from = { offset: 0, record: 1, line: 1 };
  for await (const chunk of readRecords(
    read,
    size,
    from,
    csvRecords({ ...PLAIN, encoding: "utf-8", delimiter: "," }),
  )) {
    chunks.push(chunk);
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  reading = false;
  return { chunks, reads, turns };
}

it.each([
  [100, "\n"],
  [16, "\r\n"],
  [16, "\r"],
  [16, " ,\t\n"],
])(
  "reads %i MiB of %j as progress, in steps of one read each, and lets others in after every one",
  async (mebibytes, text) => {
    const size = mebibytes * MIB;
    const end = "a@example.com,A\n";
    const { chunks, reads, turns } = await readAll(size, text, end);
    expect(reads).toBe(size / CHUNK_LIMITS.readBytes);
    expect(chunks.length).toBeGreaterThanOrEqual(reads);
    expect(turns).toBeGreaterThanOrEqual(reads);
    const [last, ...empty] = [...chunks].reverse();
    expect(empty.every(({ records }) => records.length === 0)).toBe(true);
    expect(last).toMatchObject({
      records: [{ cells: ["a@example.com", "A"] }],
      firstRecord: 1,
      endOffset: size,
    });
    const lines = Math.ceil((size - end.length) / text.length);
    expect(Math.abs(Number(last?.nextLine) - 2 - lines)).toBeLessThanOrEqual(1);
    for (const [index, chunk] of chunks.entries()) {
      expect(chunk.startOffset).toBe(chunks[index - 1]?.endOffset ?? 0);
    }
  },
);

it("lets others in among blank records that are not only spaces, too", async () => {
  const size = 2 * MIB;
  const { chunks, turns } = await readAll(size, '"",\u00a0\n');
  expect(chunks.map(({ records }) => records.length)).toEqual([0, 0]);
  expect(turns).toBeGreaterThan(size / (128 * 1024));
  expect(chunks.at(-1)?.endOffset).toBe(size);
});

it("leaves a blank line to the reader of records that is longer than a record may be, wherever it is cut", async () => {
  const size = 3 * MIB;
  for (const start of [0, 1, CHUNK_LIMITS.readBytes - 1000]) {
    const line = `${"\n".repeat(start)}${" ".repeat(300 * 1024)}\n`;
    await expect(readAll(size, line.padEnd(size, "\n"))).rejects.toThrow(/longer than 256 KiB/);
  }
});

it("checkpoints blank bytes: they count against the slice, and nothing is read twice", async () => {
  const company = await createCompany();
  const file = `email\n${"\n".repeat(700_000)}a@example.com\n${"\n".repeat(500_000)}b@example.com\nbad\n`;
  const limits = { ...CHUNK_LIMITS, readBytes: 128 * 1024, blankBytes: 64 * 1024 };
  const whole = await prepareImport(company, file, "create");
  await deliver(whole, { limits });
  const expected = await aftermath(company, whole);
  expect(expected).toMatchObject({
    row: {
      status: 3,
      total_records: 3,
      created_records: 2,
      failed_records: 1,
      checkpoint_offset: file.length,
    },
  });
  // Slices that are over as soon as they have saved one step.
  const code = await prepareImport(company, file, "create");
  const operations: Operation[] = [];
  let steps = 0;
  const deliveries = await runToEnd(
    code,
    (operation, call) => {
      operations.push(operation);
      return call();
    },
    { limits, newSlice: () => ({ over: () => steps++ % 2 === 1 }) },
  );
  expect(deliveries).toBeGreaterThanOrEqual(10);
  const { row, created } = (await aftermath(company, code)) as { row: unknown; created: object[] };
  expect(row).toMatchObject({ status: 3, total_records: 3, created_records: 2, failed_records: 1 });
  expect(created).toHaveLength(2);
  const report = await env.FILES.get(`imports/${code}/errors.csv`);
  expect((await report?.text())?.trim().split("\r\n")).toHaveLength(2);
  const line = await company.database
    .prepare("SELECT next_line FROM imports WHERE import_code = ?")
    .bind(code)
    .first("next_line");
  expect(line).toBe(file.split("\n").length);
});
