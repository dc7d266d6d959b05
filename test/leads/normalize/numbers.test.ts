import { expect, it } from "vitest";
import { readNumber } from "../../../src/leads/normalize/numbers.ts";
import { readingLocale } from "../../../src/leads/normalize/reading-locale.ts";

it.each(["MX", "US", "BR", "ES"])("begins no group of thousands with a nought in %s", (country) => {
  const read = (text: string) => readNumber(text, readingLocale(country, null));
  expect(["0,500", "0.500", "-0,125", "-0.125", "$0,500"].map(read)).toEqual([0.5, 0.5, -0.125, -0.125, 0.5]);
  // Padded, or a fraction: nobody knows.
  expect(["012,345", "012.345", "0,500,250", "0.500.250"].map(read)).toEqual(new Array(4).fill(undefined));
  expect(read("1,234,567")).toBe(1_234_567);
});
