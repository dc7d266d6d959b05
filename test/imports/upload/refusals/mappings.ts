import { field, fileOf } from "../upload-party.ts";
import { form, mine, type Refusal } from "./refusal.ts";

/** What is said of columns, constants and who is who. */
export const MAPPINGS: Record<string, Refusal> = {
  "a mapping that is not JSON": form(
    () => [mine(), field("mapping", "email=email"), fileOf()],
    422,
    "invalid_body",
    "/mapping",
  ),
  "a mapping that is a list": form(
    () => [mine(), field("mapping", '["email"]'), fileOf()],
    422,
    "invalid_body",
    "/mapping",
  ),
  "a mapping to a number": form(
    () => [mine(), field("mapping", '{"email": 1}'), fileOf()],
    422,
    "invalid_body",
    "/mapping/email",
  ),
  "a mapping to an unknown field": form(
    () => [mine(), field("mapping", '{"email": "mail_address"}'), fileOf()],
    422,
    "invalid_body",
    "/mapping",
  ),
  "a mapping to a column of the database": form(
    () => [fileOf(), mine(), field("mapping", '{"email": "dedupe_key"}')],
    422,
    "invalid_body",
    "/mapping",
  ),
  "a mapping of two columns to tags": form(
    () => [mine(), field("mapping", '{"email": "tags", "first_name": "tags"}'), fileOf()],
    422,
    "invalid_body",
    "/mapping",
  ),
  "a key of matching twice": form(
    () => [mine(), field("match_by", `email,phone,email`), fileOf()],
    422,
    "invalid_body",
    "/match_by",
  ),
  "a key of matching that there is not": form(
    () => [mine(), field("match_by", `email,name`), fileOf()],
    422,
    "invalid_body",
    "/match_by",
  ),
  "no key of matching": form(
    () => [mine(), field("match_by", `,`), fileOf()],
    422,
    "invalid_body",
    "/match_by",
  ),
  "missing leads neither created nor not": form(
    () => [mine(), field("create_missing", `maybe`), fileOf()],
    422,
    "invalid_body",
    "/create_missing",
  ),
  "constants that are not JSON": form(
    () => [mine(), field("constants", `source=x`), fileOf()],
    422,
    "invalid_body",
    "/constants",
  ),
  "a constant that is no text": form(
    () => [mine(), field("constants", `{"source": 1}`), fileOf()],
    422,
    "invalid_body",
    "/constants/source",
  ),
  "a constant of an unknown field": form(
    () => [mine(), field("constants", `{"colour": "red"}`), fileOf()],
    422,
    "invalid_body",
    "/constants",
  ),
  "one e-mail for everybody": form(
    () => [mine(), field("constants", `{"email": "a@leads.test"}`), fileOf()],
    422,
    "invalid_body",
    "/constants",
  ),
  "a constant for a column that is mapped": form(
    () => [mine(), field("constants", `{"notes": "x"}`), field("mapping", `{"name": "notes"}`), fileOf()],
    422,
    "invalid_body",
    "/constants",
  ),
  "a value for a stage that there is not": form(
    () => [
      mine(),
      field("mapping", `{"E": {"to": "stage", "values": {"Ok": "won", "Ya": "wonn"}}}`),
      fileOf(),
    ],
    422,
    "invalid_body",
    "/mapping/E/values/Ya",
  ),
  "a value for a country that there is not": form(
    () => [mine(), field("mapping", `{"P": {"to": "country", "values": {"X": "Narnia"}}}`), fileOf()],
    422,
    "invalid_body",
    "/mapping/P/values/X",
  ),
  "a stage for everybody that there is not": form(
    () => [mine(), field("constants", `{"stage": "wonn"}`), fileOf()],
    422,
    "invalid_body",
    "/constants/stage",
  ),
  "a country for everybody that there is not": form(
    () => [mine(), field("constants", `{"country": "Narnia"}`), fileOf()],
    422,
    "invalid_body",
    "/constants/country",
  ),
  "a rule that there is not": form(
    () => [mine(), field("mapping", `{"name": {"to": "notes", "rule": "add"}}`), fileOf()],
    422,
    "invalid_body",
    "/mapping/name",
  ),
  "a mapping of a column with an unknown word": form(
    () => [mine(), field("mapping", `{"name": {"to": "notes", "color": "red"}}`), fileOf()],
    422,
    "invalid_body",
    "/mapping/name/color",
  ),
  "a rule that cannot be for the field": form(
    () => [mine(), field("mapping", `{"name": {"to": "city", "rule": "append"}}`), fileOf()],
    422,
    "invalid_body",
    "/mapping",
  ),
  "a rule for an unknown field": form(
    () => [mine(), field("mapping", `{"name": {"to": "colour", "rule": "keep"}}`), fileOf()],
    422,
    "invalid_body",
    "/mapping",
  ),
  "a rule for a column that the file lacks": form(
    () => [mine(), field("mapping", `{"Nowhere": {"to": "notes", "rule": "keep"}}`), fileOf()],
    422,
    "invalid_body",
    "/mapping",
  ),
};
