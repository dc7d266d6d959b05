import { describe, expect, it } from "vitest";
import { cleanCell } from "../../../src/leads/normalize/clean-cell.ts";
import { escapeCell } from "../../../src/text/spreadsheet-escape.ts";
import { costOf } from "../../harness/runtime/cost.ts";
import { hostileText, seededRandom } from "../../imports/seeded-random.ts";

describe("cleanCell", () => {
  it("leaves Latin letters as they are, which are in NFC, and lets no blank of theirs stand at an end", () => {
    for (let code = 0xa0; code < 0x300; code++) {
      const letter = String.fromCharCode(code);
      const shown = letter === "\u00A0" ? "" : letter;
      expect(cleanCell(`a${letter}b`), code.toString(16)).toBe(`a${letter}b`.normalize("NFC"));
      expect(cleanCell(` ${letter} `), code.toString(16)).toBe(shown.normalize("NFC") || null);
    }
  });

  it.each([
    ["Ana", "Ana"],
    ["  Ana\t", "Ana"],
    ["\u00A0Ana\u00A0", "Ana"],
    ["\u202A+52 55 1234 5678\u202C", "+52 55 1234 5678"],
    ["\uFEFFemail", "email"],
    ["Jose\u0301", "José"],
    ["A\0n\x1Aa\x7F", "Ana"],
    ["Call\x0Btomorrow\x0Clate", "Call tomorrow late"],
    ["A\x85na", "A na"],
    ['="Ana"', "Ana"],
    [' ="01234" ', "01234"],
    ['="5"" pipe"', '5" pipe'],
    ['="a"&"b"', '="a"&"b"'],
    ['="', '="'],
    ['\'="Ana"', "Ana"],
    ["one\r\ntwo\rthree\nfour", "one\ntwo\nthree\nfour"],
    ["a\tb", "a\tb"],
    ["'=1+1", "=1+1"],
    [" '+525512345678", "+525512345678"],
    ["'\0Ana", "Ana"],
    ["'Ana", "'Ana"],
    ["O'Neil", "O'Neil"],
    ["a;\u2060=1, \u2060-2;\u2060", "a;=1, -2;"],
    ["a\u2060b", "a\u2060b"],
    ["", null],
    [" \u200B\u00A0\0\r\n", null],
    ["half \uD83D", "half \uFFFD"],
    ["👩‍👧", "👩‍👧"],
  ])("makes of %j %j", (cell, cleaned) => {
    expect(cleanCell(cell)).toBe(cleaned);
  });

  it("changes nothing the second time, and reads an escaped cell as the cell", () => {
    const random = seededRandom(2);
    for (let round = 0; round < 30_000; round++) {
      const cell = hostileText(random);
      const cleaned = cleanCell(cell);
      expect(cleanCell(cleaned ?? "")).toBe(cleaned);
      expect(cleanCell(escapeCell(cell))).toBe(cleaned);
    }
  });

  it("takes linear time", async () => {
    const cost = await costOf(1000, () => {
      for (const long of [" ".repeat(1_000_000), "'\t".repeat(500_000), "é".repeat(1_000_000)]) {
        cleanCell(`é${long}é`);
        cleanCell(long);
      }
    });
    expect(cost).toBeLessThan(1000);
  });
});
