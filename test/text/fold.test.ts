import { expect, it } from "vitest";
import { fold } from "../../src/text/fold.ts";

it.each([
  ["  São   Paulo ", "sao paulo"],
  ["CORREO ELECTRÓNICO", "correo electronico"],
  ["Mañana", "manana"],
  ["E-mail", "e-mail"],
  ["ＡＢＣ", "abc"],
  ["日本", "日本"],
  ["", ""],
  ["Ana  Lee", "ana lee"],
  ["A\tB\n", "a b"],
  [" x", "x"],
  ["Q", "q"],
])("folds %j to %j", (text, folded) => {
  expect(fold(text)).toBe(folded);
});
