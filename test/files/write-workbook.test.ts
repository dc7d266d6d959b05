import { describe, expect, it } from "vitest";
import { MOST_COMMENTS, type Sheet, type SheetRow } from "../../src/files/xlsx/sheet.ts";
import { writeWorkbook } from "../../src/files/xlsx/write-workbook.ts";
import { XML_START } from "../../src/files/xlsx/xml-text.ts";
import { openArchive } from "../../src/imports/unpack/archive.ts";
import type { ReadableFile } from "../../src/imports/unpack/stored-file.ts";
import { readRows } from "../../src/imports/unpack/xlsx/sheet-rows.ts";
import { openWorkbook } from "../../src/imports/unpack/xlsx/workbook.ts";

async function fileOf(sheet: Sheet): Promise<ReadableFile> {
  const bytes = new Uint8Array(await new Response(writeWorkbook(sheet)).arrayBuffer());
  return {
    size: bytes.length,
    read: async (offset, length) => bytes.subarray(offset, offset + length),
    stream: async (offset, length) => new Blob([bytes.slice(offset, offset + length)]).stream(),
    trouble: () => null,
  };
}

/** The texts of the parts of a workbook, by their paths. */
async function partsOf(file: ReadableFile): Promise<Map<string, string>> {
  const parts = new Map<string, string>();
  for (const { name, content } of await openArchive(file)) {
    const pieces: Uint8Array[] = [];
    for await (const piece of content()) pieces.push(piece);
    parts.set(name, Buffer.concat(pieces).toString());
  }
  return parts;
}

async function rowsOf(file: ReadableFile): Promise<unknown[][]> {
  const { rows } = await openWorkbook(await openArchive(file), null);
  const read: unknown[][] = [];
  for await (const page of readRows(rows.content(), () => String, { row: 0, position: 0, within: [] })) {
    read.push(...page.map(({ cells }) => cells));
  }
  return read;
}

describe("a workbook that is written", () => {
  const TEXTS = [
    "=1+1",
    "+52 55 1234 5678",
    "007",
    " spaces ",
    'a & b < c > "d"',
    "two\r\nlines\tand a tab",
    "_x0041_ and _x000d_",
    "a\u0000b\u0007c\u000bd\uffff",
    "ñ “€” 😀 名前",
    "x".repeat(32_767),
  ];

  it("gives back every text as it was, page by page", async () => {
    const file = await fileOf({
      name: "Leads & <more>",
      pages: [[TEXTS.map((_, at) => `h${at}`)], [], [TEXTS, TEXTS]],
    });
    expect(await rowsOf(file)).toEqual([TEXTS.map((_, at) => `h${at}`), TEXTS, TEXTS]);
    const again = await fileOf({
      name: "Leads & <more>",
      pages: [[TEXTS.map((_, at) => `h${at}`), TEXTS], [TEXTS]],
    });
    expect(await again.read(0, again.size)).toEqual(await file.read(0, file.size));
  });

  it("says where a text was longer than a cell can be", async () => {
    const [, row] = await rowsOf(
      await fileOf({ name: "Leads", pages: [[["notes"], ["😀".repeat(20_000)]]] }),
    );
    const [text] = row as [string];
    expect(text).toHaveLength(32_767);
    expect(text).toMatch(/😀\ufffd?… \[cut\]$/u);
  });

  it("has comments, colours and lists where they belong", async () => {
    const header = ["email", "stage"];
    const pages: SheetRow[][] = [
      [header, [{ text: "bad", comment: "No e-mail <address>.\nCorrect it.", isWrong: true }, "new"]],
      [
        [
          { text: "", comment: null, isWrong: true },
          { text: "won", comment: "Fine" },
        ],
      ],
    ];
    const lists = [{ column: 1, options: ["new", "won, at last", "lost"], isStrict: true }];
    const parts = await partsOf(
      await fileOf({ name: "Leads", pages, lists, hasComments: true, widths: [40] }),
    );
    const sheet = parts.get("xl/worksheets/sheet1.xml") ?? "";
    expect(sheet).toContain('<c r="A1" s="2" t="inlineStr">');
    expect(sheet).toContain('<c r="A2" s="3" t="inlineStr">');
    expect(sheet).toContain('<c r="A3" s="3"/>');
    expect(sheet).toContain('sqref="B2:B1048576"><formula1>Lists!$A$1:$A$3</formula1>');
    expect(parts.get("xl/worksheets/sheet2.xml")).toContain("won, at last");
    const comments = parts.get("xl/comments1.xml") ?? "";
    expect(comments.match(/<comment ref="[A-Z]+\d+"/g)).toEqual(['<comment ref="A2"', '<comment ref="B3"']);
    expect(comments).toContain("No e-mail &lt;address&gt;.\nCorrect it.");
    expect(parts.get("xl/drawings/vmlDrawing1.vml")?.match(/<v:shape /g)).toHaveLength(2);
    for (const [name, xml] of parts)
      if (!name.endsWith(".vml")) expect(xml.startsWith(XML_START), name).toBe(true);
  });

  it("names no part that it does not have, and asks for no row before its reader does", async () => {
    let asked = 0;
    const pages = (function* () {
      for (; asked < 100; asked++) yield [[`row ${asked}`.repeat(20_000)]];
    })();
    const stream = writeWorkbook({ name: "Leads", pages }).getReader();
    await stream.read();
    expect(asked).toBeLessThan(5);
    await stream.cancel();
    const parts = await partsOf(await fileOf({ name: "Leads", pages: [[["email"]]] }));
    expect([...parts.keys()]).toEqual([
      "[Content_Types].xml",
      "_rels/.rels",
      "xl/workbook.xml",
      "xl/_rels/workbook.xml.rels",
      "xl/styles.xml",
      "xl/worksheets/sheet1.xml",
    ]);
    expect(parts.get("[Content_Types].xml")).not.toMatch(/vml|comments|sheet2/);
  });

  it("leaves out comments that would make it slow, and keeps the cells", async () => {
    const row: SheetRow = [{ text: "bad", comment: "Correct it.", isWrong: true }];
    const pages = [[["email"]], Array.from({ length: MOST_COMMENTS + 5 }, () => row)];
    const parts = await partsOf(await fileOf({ name: "Leads", pages, hasComments: true }));
    expect(parts.get("xl/comments1.xml")?.match(/<comment /g)).toHaveLength(MOST_COMMENTS);
    expect(parts.get("xl/worksheets/sheet1.xml")?.match(/<row /g)).toHaveLength(MOST_COMMENTS + 6);
  });
});
