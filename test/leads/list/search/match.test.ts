import { expect, test } from "vitest";
import { matchOf } from "../../../../src/leads/list/search/match.ts";

test.each([
  ["romero", '"romero"'],
  ["  lucía   romero ", '"lucía" AND "romero"'],
  ["Li Wang", '"Li Wang"'],
  ["Casa de Té Verde", '"Casa de Té" AND "Verde"'],
  ["a b c", '"a b c"'],
  ['say "hi" OR', '"say" AND """hi"" OR"'],
  ["NEAR(a, 5)", '"NEAR(a, 5)"'],
  ["name:ana*", '"name:ana*"'],
  ["55 1234-5678", '("55 1234-5678") OR "5512345678"'],
  ["+52 (55)", '("+52" AND "(55)") OR "5255"'],
  ["ana\0bob", '"ana" AND "bob"'],
  ["😀😀😀", '"😀😀😀"'],
])("%j is looked for as %s", (text, match) => {
  expect(matchOf(text)).toBe(match);
});

test.each(["", "  ", "ab", "é", "a\u0301b", "😀😀", "\0\0\0", "1"])("%j has too few letters", (text) => {
  expect(matchOf(text)).toBeNull();
});
