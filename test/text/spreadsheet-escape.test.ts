import Papa from "papaparse";
import { expect, it } from "vitest";
import { escapeCell, removeGuards, unescapeCell } from "../../src/text/spreadsheet-escape.ts";
import { costOf } from "../harness/runtime/cost.ts";
import { hostileText, seededRandom } from "../imports/seeded-random.ts";

it.each([
  ["=1+1", "'=1+1"],
  ["+525512345678", "'+525512345678"],
  ["-5", "'-5"],
  ["@ana", "'@ana"],
  ["\tx", "'\tx"],
  ["\rx", "'\rx"],
  ["\0x", "'\0x"],
  ["Ana", "Ana"],
  ["'Ana", "'Ana"],
  ["＝1+1", "'＝1+1"],
  ["a=b", "a=b"],
  ["\n=x", "\n\u2060=x"],
  ["a;=1", "a;\u2060=1"],
  ["a,=1", "a,\u2060=1"],
  ["a\t=1", "a\t\u2060=1"],
  ['a;""=1', 'a;""\u2060=1'],
  ["a; =1;b", "a; \u2060=1;b"],
  ["=1;=2", "'=1;\u2060=2"],
  ["a;\n=1", "a;\n\u2060=1"],
  ["a;\t=1", "a;\u2060\t\u2060=1"],
  ["a;", "a;\u2060"],
  ["yes, please", "yes, please"],
  ["", ""],
])("escapes %j as %j, and takes it off again", (cell, escaped) => {
  expect(escapeCell(cell)).toBe(escaped);
  expect(removeGuards(unescapeCell(escaped))).toBe(cell);
});

/** The cells that a spreadsheet finds: a quote counts where a cell begins, and what follows it is appended. */
function cellsOf(text: string, separator: string): string[] {
  const cells: string[] = [];
  let cell = "";
  let quoted = false;
  let fresh = true;
  for (let place = 0; place < text.length; place++) {
    const character = text.charAt(place);
    if (quoted) {
      if (character !== '"') cell += character;
      else if (text.charAt(place + 1) === '"') cell += text.charAt(++place);
      else quoted = false;
    } else if (character === '"' && fresh) {
      quoted = true;
    } else if (character === separator || character === "\n" || character === "\r") {
      cells.push(cell);
      cell = "";
      fresh = true;
      continue;
    } else {
      cell += character;
    }
    fresh = false;
  }
  return [...cells, cell];
}

it("no cell is a formula, whichever separator the file has and whichever it is opened with", () => {
  const random = seededRandom(3);
  const pieces = [..."=+-@;,|\"\t\r\n\0 'a1", '"";=', ';"=1', "=cmd|' /C calc'!A0", "\r\n+1", "＝1"];
  const piece = () => pieces[Math.floor(random() * pieces.length)] ?? "";
  let formulas = 0;
  for (let round = 0; round < 5_000; round++) {
    const rows = Array.from({ length: 2 }, () =>
      Array.from({ length: 3 }, () => Array.from({ length: Math.floor(random() * 8) }, piece).join("")),
    );
    for (const delimiter of [",", ";", "\t"]) {
      const written = (made: (cell: string) => string) =>
        Papa.unparse(
          rows.map((cells) => cells.map(made)),
          { delimiter, newline: "\r\n" },
        );
      for (const separator of [",", ";", "\t", "|"]) {
        const unsafe = cellsOf(written(escapeCell), separator).filter((cell) => /^[\s"]*[=+@＝-]/.test(cell));
        expect(unsafe, JSON.stringify({ rows, delimiter, separator })).toEqual([]);
        formulas += cellsOf(written(String), separator).filter((cell) => /^[=+@-]/.test(cell)).length;
      }
    }
  }
  expect(formulas).toBeGreaterThan(10_000);
});

it("takes linear time", async () => {
  const cost = await costOf(2000, () => {
    for (const long of ["\t", ";", '"', "; ", ";=", "\u2060", "\u2060;", " "].map((part) =>
      part.repeat(500_000),
    )) {
      removeGuards(escapeCell(`a${long}a`));
    }
  });
  expect(cost).toBeLessThan(2000);
});

it("takes off one apostrophe, and only where it hides a formula", () => {
  expect(unescapeCell("''=x")).toBe("''=x");
  expect(unescapeCell("'5512345678")).toBe("'5512345678");
  expect(unescapeCell("'")).toBe("'");
});

it("gives for an escaped cell what it gives for the cell itself", () => {
  const random = seededRandom(1);
  for (let round = 0; round < 20_000; round++) {
    const cell = hostileText(random, 5);
    expect(removeGuards(unescapeCell(escapeCell(cell)))).toBe(removeGuards(unescapeCell(cell)));
  }
});
