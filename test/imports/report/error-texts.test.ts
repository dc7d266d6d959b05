import { expect, test } from "vitest";
import { REJECTIONS } from "../../../src/imports/codes/rejections.ts";
import { WARNINGS } from "../../../src/imports/codes/warnings.ts";
import { codeText, errorText } from "../../../src/imports/report/error-texts/texts.ts";

test("a reason that an earlier version put otherwise is told in the words of its code", () => {
  const kept = "It is lead 12 by its e-mail, record 7 by its phone and lead 12 by its external id.";
  expect(errorText("ambiguous_match", kept, "en").reason).toBe(kept);
  expect(errorText("ambiguous_match", kept, "es").reason).toBe("El registro coincide con más de un lead.");
  expect(errorText("ambiguous_match", kept, "pt").reason).toBe("O registro corresponde a mais de um lead.");
});

test("a code of an earlier version says what was kept", () => {
  expect(errorText("constructor", "It was wrong.", "es")).toEqual({ reason: "It was wrong.", hint: "" });
  expect(errorText("constructor", null, "pt")).toEqual({ reason: "", hint: "" });
});

test("what is said of all records with an error at once is a sentence in each language", () => {
  for (const locale of ["en", "es", "pt"] as const) {
    for (const code of Object.keys(REJECTIONS))
      expect(codeText(code, "rejected", locale)).toMatch(/^\p{Lu}.*\.$/u);
    for (const code of Object.keys(WARNINGS))
      expect(codeText(code, "warning", locale)).toMatch(/^\p{Lu}.*\.$/u);
    expect(codeText("constructor", "rejected", locale)).toBe("constructor");
  }
});
