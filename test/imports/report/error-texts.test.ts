import { expect, test } from "vitest";
import { errorText } from "../../../src/imports/report/error-texts/texts.ts";

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
