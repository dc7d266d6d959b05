import Papa from "papaparse";
import { describe, expect, it } from "vitest";
import { splitPlain } from "../../../../src/imports/readers/csv/split-plain.ts";
import { randomOf } from "../../../fixtures/random.ts";

const PARTS = ["", "a", "Ana López", " ", "x y", "\t", "'", "\\", "\uFEFF", "🙂", "1,5"];
const INNER = [...PARTS, '"', "\n", "\r\n", "\r", ",", ";", 'say "hi"'];
const COMMA = { delimiter: ",", quote: '"' } as const;

describe("splitting records that are by the book", () => {
  it("agrees with Papa Parse on generated records", () => {
    for (let seed = 1; seed <= 3000; seed++) {
      const random = randomOf(2026, seed);
      const pick = <Item>(items: readonly Item[]) => items[Math.floor(random() * items.length)] as Item;
      const newline = pick(["\n", "\r\n", "\r"] as const);
      const delimiter = pick([",", ";", "|"]);
      const quote = pick(['"', "'"] as const);
      const bare = PARTS.filter((part) => !part.includes(quote) && !part.includes(delimiter));
      const quoted = () =>
        `${quote}${`${pick(INNER)}${pick(INNER)}`.replaceAll(quote, quote + quote)}${quote}`;
      const cell = () => (random() < 0.4 ? quoted() : pick(bare) + (random() < 0.1 ? `b${quote}c` : ""));
      const record = () => Array.from({ length: 1 + Math.floor(random() * 5) }, cell).join(delimiter);
      const text = Array.from({ length: 1 + Math.floor(random() * 6) }, record).join(newline) + newline;
      const { data } = Papa.parse<string[]>(text.startsWith("\uFEFF") ? `\uFEFF${text}` : text, {
        delimiter,
        newline,
        quoteChar: quote,
      });
      data.pop();
      expect(splitPlain(text, newline, { delimiter, quote }), JSON.stringify(text)).toEqual(data);
    }
  });

  it("takes a last record without a line end, and one that stands alone", () => {
    expect(splitPlain("a,b\nc,d", "\n", COMMA)).toEqual([
      ["a", "b"],
      ["c", "d"],
    ]);
    expect(splitPlain('a,"b\n"', "", COMMA)).toEqual([["a", "b\n"]]);
    expect(splitPlain("\n\n", "\n", COMMA)).toEqual([[""], [""]]);
    expect(splitPlain('"a",\n', "\n", COMMA)).toEqual([["a", ""]]);
  });

  it("refuses quotes that are not by the book", () => {
    expect(splitPlain('"a" ,b\n', "\n", COMMA)).toBeNull();
    expect(splitPlain('"a,b\n', "\n", COMMA)).toBeNull();
  });

  it("takes a time that grows with the text alone, whatever is missing in it", () => {
    const text = `${'"a"\n'.repeat(5)}x"y\n`.repeat(60_000);
    const started = performance.now();
    expect(splitPlain(text, "\n", { delimiter: ";", quote: '"' })).toHaveLength(360_000);
    expect(performance.now() - started).toBeLessThan(2000);
  });
});
