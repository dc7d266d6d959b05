import { expect, it } from "vitest";
import { escapeCell, unescapeCell } from "../../../src/imports/cleaning/spreadsheet-escape.ts";
import { hostileText, seededRandom } from "../seeded-random.ts";

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
  ["a=b", "a=b"],
  ["\n=x", "\n=x"],
  ["", ""],
])("escapes %j as %j, and takes it off again", (cell, escaped) => {
  expect(escapeCell(cell)).toBe(escaped);
  expect(unescapeCell(escaped)).toBe(cell);
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
    expect(unescapeCell(escapeCell(cell))).toBe(unescapeCell(cell));
  }
});
