import { describe, expect, it } from "vitest";
import { seededRandom } from "../../seeded-random.ts";
import { ENCODINGS, encode, readAll, readChunks } from "./csv-text.ts";

describe("any text at all", () => {
  const PIECES = [
    '"',
    '"',
    '""',
    ",",
    ",",
    ";",
    "\r",
    "\n",
    "\r\n",
    " ",
    "\t",
    "a",
    "é",
    "😀",
    "\u00A0",
    "\uFEFF",
    '",',
    '"\n',
    '\\"',
  ];
  const lineCount = (text: string) => (text.match(/\r\n|\r|\n/g) ?? []).length;

  it.each(ENCODINGS)("reads the same wherever it is cut, and no line is lost, in %s", async (encoding) => {
    const random = seededRandom(encoding.length + encoding.charCodeAt(encoding.length - 1));
    const below = (limit: number) => Math.floor(random() * limit);
    for (let round = 0; round < 2000; round++) {
      let text = "";
      for (let length = below(40); length > 0; length--) {
        text += PIECES[below(PIECES.length)];
      }
      if (encoding === "windows-1252") {
        text = text.replaceAll("😀", "€").replaceAll("\uFEFF", "ÿ");
      }
      const delimiter = below(2) === 0 ? "," : ";";
      const options = { encoding, delimiter, columns: below(4), contacts: [0] };
      const file = encode(text, encoding);
      const whole = await readChunks(file, options);
      expect(whole.problem).toBeNull();
      const limits = { records: 1 + below(5), bytes: 1 + below(60), readBytes: 1 + below(40) };
      const cut = await readChunks(file, { ...options, limits });
      const records = (all: typeof whole) => all.chunks.flatMap((chunk) => chunk.records);
      expect(records(cut), JSON.stringify(text)).toEqual(records(whole));
      const lines = lineCount(text);
      const unended = text !== "" && !/[\r\n]$/.test(text);
      if (file.length > 0) {
        const nextLine = whole.chunks.at(-1)?.nextLine ?? 0;
        expect([lines + 1, lines + (unended ? 2 : 1)], JSON.stringify(text)).toContain(nextLine);
      }
    }
  });

  it.each(ENCODINGS)("that is by the book reads as what it was made of, in %s", async (encoding) => {
    const random = seededRandom(encoding.length);
    const below = (limit: number) => Math.floor(random() * limit);
    const CELLS = [
      "a",
      "",
      "é",
      'said "hi"',
      "x,y",
      "two\nlines",
      "two\r\nlines",
      ";",
      '"',
      " padded ",
      "ñ",
      "'",
    ];
    for (let round = 0; round < 500; round++) {
      const columns = 1 + below(4);
      const newline = ["\n", "\r\n", "\r"][below(3)] ?? "\n";
      const table = Array.from({ length: 1 + below(6) }, () =>
        Array.from({ length: columns }, (_, index) =>
          index === 0 ? "first" : (CELLS[below(CELLS.length)] ?? ""),
        ),
      );
      const write = (cell: string) =>
        /[",;\r\n]/.test(cell) || below(3) === 0 ? `"${cell.replaceAll('"', '""')}"` : cell;
      const text = table.map((cells) => cells.map(write).join(",") + newline).join("");
      const limits = { records: 1 + below(5), readBytes: 1 + below(40) };
      expect(await readAll(encode(text, encoding), { encoding, columns, contacts: [0], limits })).toEqual(
        table,
      );
    }
  });
});
