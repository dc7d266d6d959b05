import { FORM_TYPE, formBytes } from "../../../harness/form.ts";
import { CSV, field, fileOf } from "../upload-party.ts";
import { bytes, form, MALFORMED, mine, type Refusal, whole } from "./refusal.ts";

/** Forms that are none, or that have not just one file. */
export const FORMS: Record<string, Refusal> = {
  "a form that is none": bytes(() => "hello", FORM_TYPE, 400, MALFORMED),
  "a form without a body": bytes(() => "", FORM_TYPE, 400, MALFORMED),
  "a form that does not name its boundary": bytes(whole, "multipart/form-data", 400, MALFORMED),
  "a form with another boundary": bytes(whole, "multipart/form-data; boundary=other", 400, MALFORMED),
  "a form cut off in the file": bytes(() => whole().slice(0, -60), FORM_TYPE, 400, MALFORMED),
  "a form cut off before its end": bytes(
    () => formBytes([mine(), fileOf()], { closed: false }),
    FORM_TYPE,
    400,
    MALFORMED,
  ),
  "a form cut off in its fields": bytes(
    () => formBytes([fileOf(), mine()]).slice(0, -30),
    FORM_TYPE,
    400,
    MALFORMED,
  ),
  "a part without a name": bytes(
    () => new TextDecoder().decode(whole()).replace('; name="file"', ""),
    FORM_TYPE,
    400,
    MALFORMED,
  ),
  "more parts than a form has": form(
    () => [fileOf(), ...Array.from({ length: 25 }, (_, index) => field(`field_${index}`, "x")), mine()],
    400,
    MALFORMED,
  ),
  "a field larger than a field is": form(
    () => [mine(), field("mapping", "x".repeat(70_000)), fileOf()],
    400,
    MALFORMED,
  ),
  "the file in another field": form(
    () => [mine(), { ...fileOf(), name: "upload" }],
    422,
    "invalid_body",
    "/upload",
  ),
  "two files": form(() => [mine(), fileOf(), fileOf()], 422, "invalid_body", "/file"),
  "no file": form(() => [mine()], 422, "invalid_body", "/file"),
  "the file as text": form(() => [mine(), field("file", CSV)], 422, "invalid_body", "/file"),
  "an empty form": form(() => [], 422, "invalid_body", "/file"),
};
