import { expect, it } from "vitest";
import { shorten } from "../../../src/leads/normalize/shorten.ts";

it("keeps what is short, on one line", () => {
  expect(shorten("Ana\nMaría")).toBe("Ana María");
  expect(shorten("a".repeat(60))).toBe("a".repeat(60));
});

it("cuts what is long between characters", () => {
  expect(shorten("a".repeat(61))).toBe(`${"a".repeat(60)}…`);
  expect(shorten("😀".repeat(61))).toBe(`${"😀".repeat(60)}…`);
  expect(shorten("😀".repeat(500_000))).toBe(`${"😀".repeat(60)}…`);
});

it("cuts a run of spaces without end", () => {
  expect(shorten(" ".repeat(1_000))).toBe(" …");
});
