import { FORM_TYPE, formBytes, inPieces } from "../../../harness/form.ts";
import { CSV, company, fileOf, utf8 } from "../upload-party.ts";
import { bytes, limited, type Refusal } from "./refusal.ts";

/** Bodies of another kind, and those that are too large. */
export const BODIES: Record<string, Refusal> = {
  "a file too large in a form": limited(() => formBytes([fileOf()]), { "Content-Type": FORM_TYPE }),
  "a file too large as a raw body": limited(() => CSV, { "Content-Type": "text/csv" }),
  "a file too large that does not say so": limited(() => inPieces(utf8(CSV), 16), {
    "Content-Type": "text/csv",
  }),
  "a file said to be too large": limited(() => "email\n", {
    "Content-Type": "text/csv",
    "Content-Length": "999999999",
  }),
  "a JSON body": bytes(
    () => JSON.stringify({ company_id: company.id }),
    "application/json",
    415,
    "unsupported_media_type",
  ),
  "a body of an HTML form": bytes(
    () => `company_id=${company.id}`,
    "application/x-www-form-urlencoded",
    415,
    "unsupported_media_type",
  ),
};
