import { expect, test } from "vitest";
import { matchColumns } from "../../../src/imports/columns/match-columns.ts";
import { chunkLimits } from "../../../src/imports/pipeline/chunk-limits.ts";
import { refuseWorthlessFile } from "../../../src/imports/pipeline/rejection-limit.ts";
import { csvRecords } from "../../../src/imports/readers/csv/csv-reader.ts";
import { PLAIN } from "../../../src/imports/readers/csv/dialect.ts";
import { readLayout } from "../../../src/imports/readers/csv/layout.ts";
import { readRecords } from "../../../src/imports/readers/records.ts";
import { UNKNOWN } from "../readers/csv/csv-text.ts";

const bytesOf = (text: string) => new TextEncoder().encode(text);

test.each([
  [499_999, 499_999],
  [460_000, 460_000],
  [1_000_000, 1_200_000],
])("%d rejected of %d records are no reason to stop", (rejected, records) => {
  expect(() => refuseWorthlessFile(rejected, records)).not.toThrow();
});

test.each([
  [500_000, 500_000],
  [540_000, 600_000],
  [2_000_000, 9_000_000],
])("%d rejected of %d records end the import", (rejected, records) => {
  expect(() => refuseWorthlessFile(rejected, records)).toThrow(
    expect.objectContaining({ code: "too_many_rejections" }),
  );
});

test("a header of more columns than a lead can have is refused at once, with what to do", () => {
  const header = (count: number) => Array.from({ length: count }, (_, index) => `c${index}`).join(",");
  const read = (count: number) => readLayout(bytesOf(`${header(count)}\nx\n`), "utf-8", true, UNKNOWN);
  expect(read(1024).header).toHaveLength(1024);
  expect(() => read(1025)).toThrow(
    expect.objectContaining({
      code: "too_many_columns",
      message: expect.stringMatching(/1025.*1024.*Delete/),
    }),
  );
});

test("short records under a wide header go together by thousands, long ones by their weight", async () => {
  const header = [
    "email",
    ...Array.from({ length: 1000 }, (_, index) => `column ${"x".repeat(40)} ${index}`),
  ];
  const limits = chunkLimits(matchColumns(header, null, []));
  const chunksOf = async (record: string, count: number) => {
    const bytes = bytesOf(record.repeat(count));
    const sizes: number[] = [];
    for await (const chunk of readRecords(
      async (offset, length) => bytes.subarray(offset, offset + length),
      bytes.length,
      { offset: 0, record: 1, line: 1 },
      csvRecords({ ...PLAIN, encoding: "utf-8", delimiter: "," }),
      limits,
    )) {
      sizes.push(chunk.records.length);
    }
    return sizes;
  };
  expect((await chunksOf("a@b.co,x\n", 9000)).length).toBeLessThanOrEqual(5);
  const long = await chunksOf(`a@b.co${",x".repeat(1000)}\n`, 300);
  // Each of these leads is written with a thousand names of some 50 bytes.
  expect(Math.max(...long)).toBeLessThanOrEqual(40);
});
