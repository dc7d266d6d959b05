import { expect, test } from "vitest";
import { errorText } from "../../../src/imports/report/error-texts/texts.ts";

test("the leads and the records that a reason names are in its translation, each once", () => {
  const kept = "It is lead 12 by its e-mail, record 7 by its phone and lead 12 by its external id.";
  for (const locale of ["es", "pt"] as const) {
    expect(errorText("ambiguous_match", kept, locale).reason).toContain("12, #7");
    expect(errorText("ambiguous_match", kept, locale).reason).not.toContain("{leads}");
    expect(errorText("ambiguous_match", kept, locale).reason).not.toMatch(/12.*12/);
  }
});

test("a code of an earlier version says what was kept", () => {
  expect(errorText("constructor", "It was wrong.", "es")).toEqual({ reason: "It was wrong.", hint: "" });
  expect(errorText("constructor", null, "pt")).toEqual({ reason: "", hint: "" });
});
