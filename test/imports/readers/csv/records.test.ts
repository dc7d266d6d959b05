import { describe, expect, it } from "vitest";
import { csvRecords } from "../../../../src/imports/readers/csv/csv-reader.ts";
import { PLAIN } from "../../../../src/imports/readers/csv/dialect.ts";
import type { Encoding } from "../../../../src/imports/readers/encodings/encodings.ts";
import { FileProblem } from "../../../../src/imports/readers/file-problem.ts";
import { CHUNK_LIMITS, readRecords } from "../../../../src/imports/readers/records.ts";
import { cellsOf, ENCODINGS, encode, joinBytes, readAll, readChunks } from "./csv-text.ts";

/** Quoted newlines, escaped quotes, each newline, blank lines, and characters of one to four bytes. */
const NASTY = [
  'ana@b.co,"Calle 1\nPiso 2","said ""hi"""',
  '"bo,b",Núñez €,""\r\n',
  "\n,,\r\n",
  'c@d.co,a"b,"x\r\ny\rz"\r\n',
  '"""",,"Ann" Lee\n',
  "last,one,ends the file",
].join("\r\n");

function nastyIn(encoding: Encoding): { text: string; file: Uint8Array } {
  const text =
    encoding === "windows-1252" ? NASTY : NASTY.replaceAll("hi", "hi 😀").replace("one", "\uFEFFone");
  return { text, file: encode(text, encoding) };
}

describe.each(ENCODINGS)("a file in %s", (encoding) => {
  const { text, file } = nastyIn(encoding);
  const records = [
    ["ana@b.co", "Calle 1\nPiso 2", text.includes("😀") ? 'said "hi 😀"' : 'said "hi"'],
    ["bo,b", "Núñez €", ""],
    ["c@d.co", 'a"b', "x\r\ny\rz"],
    ['"', "", '"Ann" Lee'],
    ["last", text.includes("\uFEFF") ? "\uFEFFone" : "one", "ends the file"],
  ];

  it("has more than one record, or nothing would be shown here", () => {
    expect(records).toHaveLength(5);
    expect(records[0]).toEqual(["ana@b.co", "Calle 1\nPiso 2", expect.stringMatching(/^said "hi/)]);
  });

  it("reads the same wherever two reads meet", async () => {
    for (let readBytes = 1; readBytes <= file.length; readBytes++) {
      expect(await readAll(file, { encoding, limits: { readBytes } })).toEqual(records);
    }
  });

  it.each([
    { records: 1 },
    { records: 3, readBytes: 5 },
    { records: 7 },
    { bytes: 1 },
    { bytes: 40, readBytes: 16 },
    { records: 2, bytes: 60, readBytes: 1 },
  ])("reads on from the end of any chunk: %o", async (limits) => {
    const { chunks, problem } = await readChunks(file, { encoding, limits });
    expect(problem).toBeNull();
    expect(cellsOf(chunks)).toEqual(records);
    expect(chunks[0]).toMatchObject({ startOffset: 0, firstRecord: 1 });
    expect(chunks.at(-1)?.endOffset).toBe(file.length);
    for (const [i, chunk] of chunks.entries()) {
      const from = {
        offset: chunk.endOffset,
        record: chunk.firstRecord + chunk.records.length,
        line: chunk.nextLine,
      };
      const rest = await readChunks(file, { encoding, from, limits });
      expect(rest.chunks).toEqual(chunks.slice(i + 1));
      expect(await readAll(file, { encoding, from })).toEqual(records.slice(from.record - 1));
      expect(chunk.endOffset).toBeGreaterThan(chunk.startOffset);
      expect(chunk.records.length).toBeLessThanOrEqual(limits.records ?? Number.POSITIVE_INFINITY);
    }
  });
});

describe("records", () => {
  it.each([",", ";", "\t", "|"])("are separated into cells by %j", async (delimiter) => {
    const text = `a${delimiter}"b${delimiter}c"${delimiter}\n`;
    expect(await readAll(encode(text, "utf-8"), { delimiter })).toEqual([["a", `b${delimiter}c`, ""]]);
  });

  it.each([
    ["LF", "1,2\n3,4\n"],
    ["CRLF", "1,2\r\n3,4\r\n"],
    ["CR", "1,2\r3,4\r"],
    ["each of them", "1,2\r\r\n\n3,4"],
  ])("end at %s", async (_, text) => {
    expect(await readAll(encode(text, "utf-8"))).toEqual([
      ["1", "2"],
      ["3", "4"],
    ]);
  });

  it("are raw, but for quotes after a space, and a quote in the middle of a cell is an ordinary character", async () => {
    const text = ' a ,5" b""c, "d"\n\'e\',\0,=1+1\n';
    expect(await readAll(encode(text, "utf-8"))).toEqual([
      [" a ", '5" b""c', "d"],
      ["'e'", "\0", "=1+1"],
    ]);
  });

  it("end with their line even where a quote was not escaped", async () => {
    const text =
      'name,email\n"Bob" Smith,b@c.co\n"5"" or ""7" inch" ,x\nCarol,c@d.co\n"Lee, Ann" ,"a@b.co"\n';
    expect(await readAll(encode(text, "utf-8"))).toEqual([
      ["name", "email"],
      ["Bob Smith", "b@c.co"],
      ['5" or "7" inch" ', "x"],
      ["Carol", "c@d.co"],
      ["Lee, Ann", "a@b.co"],
    ]);
  });

  it("are not those that say nothing, though their lines count", async () => {
    const text = '\n,,\na,1\n  ,\t,\u00A0\n"","\n \r\n\r"\nb,2\n,,,\n';
    const { chunks } = await readChunks(encode(text, "utf-8"), { limits: { records: 2 } });
    expect(
      chunks.map(({ records, firstRecord, nextLine }) => [
        records.map(({ cells }) => cells),
        firstRecord,
        nextLine,
      ]),
    ).toEqual([
      [[["a", "1"]], 1, 5],
      [[["b", "2"]], 2, 10],
      [[], 3, 11],
    ]);
  });

  it("are none in a file without any", async () => {
    expect((await readChunks(new Uint8Array(0))).chunks).toEqual([]);
    const header = encode("email,name\n", "utf-8");
    expect(
      (await readChunks(header, { from: { offset: header.length, record: 1, line: 2 } })).chunks,
    ).toEqual([]);
  });

  it("may have 500 cells", async () => {
    const cells = Array.from({ length: 500 }, (_, i) => `cell "${i}"`);
    const line = cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(",");
    expect(await readAll(encode(`${line}\n${line}`, "utf-8"))).toEqual([cells, cells]);
  });

  it("keep their Spanish in Windows-1252", async () => {
    const file = encode("José Núñez;“Peña” – 5 €\r\n", "windows-1252");
    expect(await readAll(file, { encoding: "windows-1252", delimiter: ";" })).toEqual([
      ["José Núñez", "“Peña” – 5 €"],
    ]);
  });

  it("keep a U+FEFF at the start of a chunk", async () => {
    const file = encode("a\n\uFEFFb\n", "utf-8");
    expect(await readAll(file, { limits: { records: 1 } })).toEqual([["a"], ["\uFEFFb"]]);
  });

  it("tell of damage in their chunk", async () => {
    const file = joinBytes(encode("é,1\n", "utf-8"), [0xe9, 0x2c, 0x32, 0x0a], encode("ñ,3\n", "utf-8"));
    const { chunks } = await readChunks(file, { limits: { records: 1 } });
    expect(chunks.map(({ records, damaged }) => [records.map(({ cells }) => cells), damaged])).toEqual([
      [[["é", "1"]], false],
      [[["\uFFFD", "2"]], true],
      [[["ñ", "3"]], false],
    ]);
  });

  it.each([
    ["within a cell", "a,b", [["a", "b\uFFFD"]]],
    ["after a quoted cell", 'a,"b"', [["a", '"b"\uFFFD']]],
    ["after a CR", "a,b\r", [["a", "b"], ["\uFFFD"]]],
    ["after a newline", "a,b\n", [["a", "b"], ["\uFFFD"]]],
  ])("tell of half a unit of UTF-16 at the end of the file, %s", async (_, text, records) => {
    const file = joinBytes(encode(text, "utf-16le"), [0x63]);
    for (const readBytes of [1, 2, 3, 100]) {
      const { chunks } = await readChunks(file, { encoding: "utf-16le", limits: { readBytes } });
      expect(cellsOf(chunks)).toEqual(records);
      expect(chunks.at(-1)).toMatchObject({ damaged: true, endOffset: file.length });
    }
  });
});

describe("chunks", () => {
  const file = encode(
    Array.from({ length: 30_000 }, (_, i) => `person${i}@example.com,"Ann, ${i}"\r\n`).join(""),
    "utf-8",
  );

  it("keep to their limits", async () => {
    const { chunks } = await readChunks(file, { limits: { readBytes: 300_000, bytes: 50_000 } });
    expect(cellsOf(chunks)).toHaveLength(30_000);
    for (const chunk of chunks.slice(0, -1)) {
      const bytes = chunk.endOffset - chunk.startOffset;
      expect(bytes).toBeLessThanOrEqual(50_000);
      expect(bytes > 49_900 || chunk.records.length === CHUNK_LIMITS.records).toBe(true);
    }
  });

  it("need one read ahead of what was taken, and read nothing twice", async () => {
    const reads: [number, number][] = [];
    const read = async (offset: number, length: number) => {
      reads.push([offset, length]);
      return file.slice(offset, offset + length);
    };
    const limits = { ...CHUNK_LIMITS, readBytes: 100_000 };
    const dialect = { ...PLAIN, encoding: "utf-8", delimiter: "," } as const;
    let taken = 0;
    for await (const chunk of readRecords(
      read,
      file.length,
      { offset: 0, record: 1, line: 1 },
      csvRecords(dialect),
      limits,
    )) {
      taken = chunk.endOffset;
      expect(reads.length).toBeLessThanOrEqual(Math.ceil(taken / 100_000) + 1);
    }
    expect(reads.map(([offset]) => offset)).toEqual(reads.map((_, i) => i * 100_000));
    expect(reads.every(([, length]) => length > 0)).toBe(true);
    expect(reads.reduce((sum, [, length]) => sum + length, 0)).toBe(file.length);
  });

  it("fail when the storage does, and when it holds less than it said", async () => {
    const from = { offset: 0, record: 1, line: 1 };
    const dialect = { ...PLAIN, encoding: "utf-8", delimiter: "," } as const;
    const away = readRecords(
      () => Promise.reject(new Error("storage is away")),
      10,
      from,
      csvRecords(dialect),
    );
    await expect(away.next()).rejects.toThrow("storage is away");
    const short = readRecords(async (offset) => file.slice(offset, 5), 10, from, csvRecords(dialect));
    await expect(short.next()).rejects.toThrow("ended before");
  });
});

describe("a record without end", () => {
  it.each(["utf-8", "utf-16le"] as const)(
    "is not read on for ever: a cell of 3 MB in %s",
    async (encoding) => {
      for (const cell of ["x".repeat(3 << 20), `"${"x".repeat(3 << 20)}"`]) {
        const { chunks, problem } = await readChunks(encode(`a,b\n"c\nd",e\nf,${cell}\ng,h\n`, encoding), {
          encoding,
        });
        expect(cellsOf(chunks)).toEqual([
          ["a", "b"],
          ["c\nd", "e"],
        ]);
        expect(problem).toBeInstanceOf(FileProblem);
        expect(problem).toMatchObject({
          code: "record_too_large",
          message: expect.stringMatching(/^Record 3, which starts on line 4, is longer than 256 KiB/),
        });
      }
    },
  );

  it("is one byte longer than the longest, wherever reads meet", async () => {
    const file = encode("a,b\n12345,78\nc,d\n", "utf-8");
    for (let readBytes = 1; readBytes <= file.length; readBytes++) {
      expect(await readAll(file, { limits: { readBytes, recordBytes: 9 } })).toHaveLength(3);
      const { chunks, problem } = await readChunks(file, { limits: { readBytes, recordBytes: 8 } });
      expect(cellsOf(chunks)).toEqual([["a", "b"]]);
      expect(problem).toMatchObject({ code: "record_too_large" });
    }
  });
});
