import { expect, test } from "vitest";
import { isSameRow, keepRow, keptRow } from "../../src/auth/kept-actors.ts";

const question = (number: number) => `${number} session false `;

test("an isolate keeps the thousand callers who asked last", () => {
  for (let number = 0; number < 1000; number++) keepRow(question(number), { email: `${number}` });
  expect(keptRow(question(0))).toEqual({ email: "0" });
  keepRow(question(1000), { email: "1000" });
  // The first one has just been asked for again.
  expect(keptRow(question(0))).toEqual({ email: "0" });
  expect(keptRow(question(1))).toBeUndefined();
});

test("an answer that takes much memory is not kept, nor is what was kept before it", () => {
  keepRow(question(1), { grants: "[]" });
  keepRow(question(1), { grants: "x".repeat(5000) });
  expect(keptRow(question(1))).toBeUndefined();
  keepRow(question(1), { grants: "[]" });
  keepRow(question(1), undefined);
  expect(keptRow(question(1))).toBeUndefined();
});

test.each([
  [{ a: 1, b: null }, true],
  [{ a: 1, b: 2 }, false],
  [{ a: "1", b: null }, false],
  [{ a: 1, b: null, c: null }, false],
  [undefined, false],
])("an answer of %j is the same as before: %s", (now, same) => {
  expect(isSameRow({ a: 1, b: null }, now)).toBe(same);
});
