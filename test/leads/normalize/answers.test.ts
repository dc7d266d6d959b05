import { describe, expect, it } from "vitest";
import type { Question } from "../../../src/leads/lead-record.ts";
import { readAnswer } from "../../../src/leads/normalize/answers.ts";
import { readingLocale } from "../../../src/leads/normalize/reading-locale.ts";

const question = (kind: Question["kind"], options: Question["options"] = []): Question => ({
  id: 1,
  key: "q",
  kind,
  options,
});
const option = (value: string, label: string, archived = false) => ({ value, label, archived });
const OPTIONS = [
  option("morning", "Mañana"),
  option("evening", "Tarde, o noche"),
  option("never", "Nunca", true),
  option("Tarde", "Después"),
];

describe("single choice", () => {
  it.each([
    ["morning", "morning"],
    ["MORNING", "morning"],
    ["Mañana", "morning"],
    ["manana", "morning"],
    ["tarde, o  noche", "evening"],
    ["tarde", "Tarde"],
    ["Nunca", undefined],
    ["never", undefined],
    ["Ayer", undefined],
    ["__proto__", undefined],
    ["constructor", undefined],
  ])("reads %j as %j", (text, value) => {
    expect(readAnswer(text, question("single_choice", OPTIONS))).toBe(value);
  });

  it("takes an exact value before a label that folds to it", () => {
    const options = [option("1", "2"), option("2", "1"), option("A", "x"), option("a", "y")];
    expect(readAnswer("2", question("single_choice", options))).toBe("2");
    expect(readAnswer("a", question("single_choice", options))).toBe("a");
    expect(readAnswer("A", question("single_choice", options))).toBe("A");
  });
});

describe("multiple choice", () => {
  it.each([
    ["Mañana", ["morning"]],
    ["Tarde, o noche", ["evening"]],
    ["Mañana; Tarde, o noche", ["morning", "evening"]],
    ["morning|Después", ["morning", "Tarde"]],
    ["morning, después", ["morning", "Tarde"]],
    ["morning\ndespués", ["morning", "Tarde"]],
    ["morning;morning;", ["morning"]],
    ["morning; ayer", undefined],
    ["morning; Nunca", undefined],
    [";", undefined],
  ])("reads %j as %j", (text, values) => {
    expect(readAnswer(text, question("multiple_choice", OPTIONS))).toEqual(values);
  });
});

describe("number", () => {
  it.each([
    ["42", 42],
    ["-3.5", -3.5],
    ["+7", 7],
    ["1,234.56", 1234.56],
    ["1.234,56", 1234.56],
    ["1,234,567", 1234567],
    ["1.234.567", 1234567],
    ["1.234.567,8", 1234567.8],
    ["1 234 567", 1234567],
    ["1\u00A0234,5", 1234.5],
    ["1'234", 1234],
    ["1,234", 1234],
    ["12,5", 12.5],
    ["1.234", 1.234],
    ["0.125", 0.125],
    ["0,5", 0.5],
    [".5", 0.5],
    ["5.", 5],
    ["-0", 0],
    ["007", 7],
    ["9007199254740991", 9007199254740991],
    ["9007199254740993", undefined],
    ["9".repeat(400), undefined],
    ["NaN", undefined],
    ["Infinity", undefined],
    ["1e5", undefined],
    ["1.5E+03", undefined],
    ["10%", undefined],
    ["20k", undefined],
    ["1 500", 1500],
    ["1 500,5", 1500.5],
    ["$1,500", 1500],
    ["$ 0.00", 0],
    ["-$500", -500],
    ["$-500", -500],
    ["(500)", -500],
    ["R$ 1.500,00", 1500],
    ["US$ 1,200.00", 1200],
    ["1500 MXN", 1500],
    ["€ 20", 20],
    ["20 €", 20],
    ["1,500.50 pesos", 1500.5],
    ["$", undefined],
    ["500 manzanas", undefined],
    ["0x10", undefined],
    ["1,23,4", undefined],
    ["1.23.4", undefined],
    ["12 34", undefined],
    ["a lot", undefined],
    ["-", undefined],
    [".", undefined],
  ])("reads %j as %j", (text, value) => {
    expect(readAnswer(text, question("number"))).toBe(value);
  });
});

describe("date", () => {
  it.each([
    ["2026-02-17", "2026-02-17"],
    ["2026/2/7", "2026-02-07"],
    ["2026-02-17T21:54:09.000Z", "2026-02-17"],
    ["2026-02-17 21:54", "2026-02-17"],
    ["17/02/2026", "2026-02-17"],
    ["17-02-2026", "2026-02-17"],
    ["17.2.2026", "2026-02-17"],
    ["05/04/2026", "2026-04-05"],
    ["02/17/2026", "2026-02-17"],
    ["17/02/2026 10:30", "2026-02-17"],
    ["29/02/2024", "2024-02-29"],
    ["29/02/2026", undefined],
    ["31/02/2026", undefined],
    ["2026-02-31", undefined],
    ["2026-13-01", undefined],
    ["2026-00-10", undefined],
    ["2026-01-00", undefined],
    ["17/17/2026", undefined],
    ["17/02-2026", undefined],
    ["17/02/26", "2026-02-17"],
    ["3/25/26", "2026-03-25"],
    ["1 mar 2026", "2026-03-01"],
    ["01-mar-26", "2026-03-01"],
    ["March 1, 2026", "2026-03-01"],
    ["1 de marzo de 2026", "2026-03-01"],
    ["domingo, 1 de marzo de 2026", "2026-03-01"],
    ["mar, 3 de marzo de 2026", "2026-03-03"],
    ["1° de março de 2026", "2026-03-01"],
    ["Sun Mar 01 2026 10:20:30 GMT-0600", "2026-03-01"],
    ["2nd February 2026", "2026-02-02"],
    ["20260301", "2026-03-01"],
    ["46082", "2026-03-01"],
    ["46082.43", "2026-03-01"],
    ["2026-03-01 00:00:00 UTC", "2026-03-01"],
    ["mar-26", undefined],
    ["marzo 2026", undefined],
    ["1 de marzo o 2 de marzo de 2026", undefined],
    ["31 de febrero de 2026", undefined],
    ["12345", undefined],
    ["0026-02-17", undefined],
    ["45000", "2023-03-15"],
    ["mañana", undefined],
  ])("reads %j as %j", (text, value) => {
    expect(readAnswer(text, question("date"))).toBe(value);
  });
});

describe("what can be read in two ways", () => {
  it.each([
    ["1.500", "MX", 1.5],
    ["1,500", "MX", 1500],
    ["1.500", "BR", 1500],
    ["1,500", "BR", 1.5],
    ["1.500", "ES", 1500],
    ["1.500", "AR", 1500],
    ["1.500", "US", 1.5],
    ["1.500,50", "US", 1500.5],
  ])("the number %s in %s", (text, country, value) => {
    expect(readAnswer(text, question("number"), readingLocale(country, null))).toBe(value);
  });

  it.each([
    ["01/02/2026", "MX", "2026-02-01"],
    ["01/02/2026", "BR", "2026-02-01"],
    ["01/02/2026", "US", "2026-01-02"],
    ["25/02/2026", "US", "2026-02-25"],
    ["02/25/2026", "MX", "2026-02-25"],
  ])("the date %s in %s", (text, country, value) => {
    expect(readAnswer(text, question("date"), readingLocale(country, null))).toBe(value);
  });

  it("by the language where there is no country", () => {
    expect(readingLocale(null, "pt")).toEqual({ decimal: ",", dateOrder: "day" });
    expect(readingLocale(null, "en")).toEqual({ decimal: ".", dateOrder: "month" });
    expect(readingLocale(null, null)).toEqual({ decimal: ".", dateOrder: "day" });
    expect(readingLocale("Narnia", null)).toEqual({ decimal: ".", dateOrder: "day" });
  });
});

describe("boolean", () => {
  it.each(["yes", "Y", "TRUE", "1", "x", "X", "sí", "SI", "Sim", "verdadero", "Verdadeiro", "✓"])(
    "%s is yes",
    (text) => {
      expect(readAnswer(text, question("boolean"))).toBe(true);
    },
  );

  it.each(["no", "N", "False", "0", "não", "NAO", "falso"])("%s is no", (text) => {
    expect(readAnswer(text, question("boolean"))).toBe(false);
  });

  it.each(["maybe", "2", "quizás", "-"])("%s is neither", (text) => {
    expect(readAnswer(text, question("boolean"))).toBeUndefined();
  });
});

it("takes any text for an answer in words", () => {
  expect(readAnswer("lo que sea", question("text"))).toBe("lo que sea");
});
