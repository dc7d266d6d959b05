import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { readAnswer } from "../../src/leads/normalize/answers.ts";
import { readCountry } from "../../src/leads/normalize/countries/read-country.ts";
import { isPlaceholder } from "../../src/leads/normalize/placeholders.ts";
import { Spellings } from "../../src/text/spellings.ts";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

const CHUNKS = 100;
const MIB = 1024 * 1024;
const BEFORE = MIB / 2;

const options = Array.from({ length: 10 }, (_, at) => ({
  value: `v${at}`,
  label: `v${at}`,
  archived: false,
}));
const question = { id: 1, key: "interests", label: "Interests", kind: "multiple_choice" as const, options };
const spellings = new Spellings(new Map([["the same value", 1]]));

test.each([
  ["placeholders", (cell: string) => isPlaceholder(cell)],
  ["countries", (cell: string) => readCountry(cell)],
  ["spellings", (cell: string) => spellings.find(cell)],
  ["answers", (cell: string) => readAnswer(cell, question)],
])("what is remembered of cells does not keep their chunks in memory: %s", (kind, read) => {
  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  for (let number = 0; number < CHUNKS; number++) read(cellOf(kind, number));
  collectGarbage();
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(10 * MIB);
});

/** A cell of a chunk of half a MiB; each is another one. */
function cellOf(kind: string, number: number): string {
  const bits = [...number.toString(2).padStart(8, "0")];
  const cell = {
    placeholders: `Nuevo León, ${number} de mayo`,
    countries: `Somewhere, number ${number}`,
    spellings: [..."the same value"]
      .map((letter, at) => (bits[at] === "1" ? letter.toUpperCase() : letter))
      .join(""),
    answers: bits.map((bit, at) => `${bit === "1" ? "V" : "v"}${at}`).join(";"),
  }[kind];
  const chunk = Buffer.from(`${"x".repeat(BEFORE)}${cell}`).toString();
  return chunk.slice(BEFORE);
}
