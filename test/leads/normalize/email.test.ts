import { describe, expect, it } from "vitest";
import { emailSlip, readEmail } from "../../../src/leads/normalize/email.ts";
import { hostileText, seededRandom } from "../../imports/seeded-random.ts";

describe("readEmail", () => {
  it.each([
    ["ana@example.com", "ana@example.com"],
    ["Ana.Perez+Leads@Example.COM", "ana.perez+leads@example.com"],
    ["mailto:Ana@example.com", "ana@example.com"],
    ["MAILTO:ana@example.com?subject=Hola", "ana@example.com"],
    ["<ana@example.com>", "ana@example.com"],
    ['"ana@example.com"', "ana@example.com"],
    ["“ana@example.com”", "ana@example.com"],
    ["'ana@example.com'", "ana@example.com"],
    ["Ana Pérez <ana@example.com>", "ana@example.com"],
    ['"Pérez, Ana" <Ana@Example.com>', "ana@example.com"],
    ["Ana <mailto:ana@example.com>;", "ana@example.com"],
    ["ana@example.com;", "ana@example.com"],
    ["o'neil@example.ie", "o'neil@example.ie"],
    ["josé@example.com", "josé@example.com"],
    ["JOSÉ@EXAMPLE.COM", "josé@example.com"],
    ["joão@são-paulo.com.br", "joão@são-paulo.com.br"],
    ["ana@xn--so-paulo-2za.com.br", "ana@xn--so-paulo-2za.com.br"],
    ["用户@例子.公司", "用户@例子.公司"],
    ["a@b.c", "a@b.c"],
    ["ana@example.com.", "ana@example.com"],
    ["ana@ example.com", "ana@example.com"],
    ["ana @example.com", "ana@example.com"],
    ["ana@example .com", "ana@example.com"],
    ["Correo: ana@example.com", "ana@example.com"],
    ["SMTP:ana@example.com", "ana@example.com"],
    ["ana@example.com (trabajo)", "ana@example.com"],
    ["[ana@example.com](mailto:ana@example.com)", "ana@example.com"],
    ["ana@example.com#mailto:ana@example.com#", "ana@example.com"],
    ["Ana Díaz ana@example.com", "ana@example.com"],
    ["ana\u200B@exam\u00ADple.com\uFE0F", "ana@example.com"],
    ["ａｎａ＠example．com", "ana@example.com"],
    ["ana@example.com; eva@example.com", "ana@example.com"],
    ["ana@example.com,eva@example.com", "ana@example.com"],
    ["ana@example.com / eva@example.com", "ana@example.com"],
    ["ana@example.com\neva@example.com", "ana@example.com"],
    ["ana@example.com y eva@example.com", "ana@example.com"],
    ["Ana <ana@example.com>; Eva <eva@example.com>", "ana@example.com"],
    [`${"a".repeat(64)}@example.com`, `${"a".repeat(64)}@example.com`],
    [`a@${"b".repeat(63)}.com`, `a@${"b".repeat(63)}.com`],
  ])("reads %j as %j", (text, email) => {
    expect(readEmail(text)).toBe(email);
    expect(readEmail(email)).toBe(email);
  });

  it.each([
    ["ana", "it has no @"],
    ["n/a", "it has no @"],
    ["ana.example.com", "it has no @"],
    ["@example.com", "nothing is before the @"],
    ["ana@", "nothing is after the @"],
    ["ana@example", "its domain has no dot, as in example.com"],
    ["ana@example..com", "it has two dots in a row"],
    ["ana..perez@example.com", "it has two dots in a row"],
    [".ana@example.com", "its first part starts or ends with a dot"],
    ["ana.@example.com", "its first part starts or ends with a dot"],
    ["ana@.example.com", "its domain starts or ends with a dot"],
    ["ana@example.com..", "it has two dots in a row"],
    ["ana perez@example.com", "it has a space in it"],
    ["Ana garcia@example.com", "it has a space in it"],
    ["ana@example.com,mx", "it has a comma after the @ where a dot belongs"],
    ["ana.perez(at)example.com", "it has no @"],
    ["ana@example,com", "it has a comma after the @ where a dot belongs"],
    ["ana@@example.com", "it has more than one @"],
    ["ana@exam_ple.com", "it has a character that addresses cannot have"],
    ["ana@-example.com", "it has a character that addresses cannot have"],
    [`${"a".repeat(65)}@example.com`, "its first part is longer than 64 characters"],
    [`${"é".repeat(33)}@example.com`, "its first part is longer than 64 characters"],
    [
      `a@${"b".repeat(62)}.${"c".repeat(62)}.${"d".repeat(62)}.${"e".repeat(62)}.com`,
      "it is longer than 254 characters",
    ],
    [`a@${"b".repeat(64)}.com`, "it has a character that addresses cannot have"],
  ])("does not take %j for an address: %s", (text, slip) => {
    expect(readEmail(text)).toBeNull();
    expect(emailSlip(text)).toBe(slip);
  });

  it("reads its own answer as itself, and never throws", () => {
    const random = seededRandom(3);
    for (let round = 0; round < 30_000; round++) {
      const text = hostileText(random) + (round % 2 ? "@x.mx" : "");
      const email = readEmail(text);
      if (email === null) expect(emailSlip(text)).not.toBe("");
      else expect(readEmail(email)).toBe(email);
    }
  });
});
