import { field, fileOf } from "../upload-party.ts";
import { form, mine, type Refusal } from "./refusal.ts";

/** Fields that there are not. */
export const FIELDS: Record<string, Refusal> = {
  "a field that there is not": form(
    () => [mine(), field("colour", "red"), fileOf()],
    422,
    "invalid_body",
    "/colour",
  ),
  "a field that only we set": form(
    () => [mine(), field("imported_by", 1), fileOf()],
    422,
    "invalid_body",
    "/imported_by",
  ),
  "a field of every object": form(
    () => [mine(), field("constructor", "x"), fileOf()],
    422,
    "invalid_body",
    "/constructor",
  ),
  "a field of every prototype": form(
    () => [mine(), field("__proto__", "x"), fileOf()],
    422,
    "invalid_body",
    "/__proto__",
  ),
  "a field of every prototype, after the file": form(
    () => [mine(), fileOf(), field("__proto__", "x")],
    422,
    "invalid_body",
    "/__proto__",
  ),
  "a field of every prototype, twice": form(
    () => [mine(), field("__proto__", "x"), field("__proto__", "x"), fileOf()],
    422,
    "invalid_body",
    "/__proto__",
  ),
  "a file in a field of every prototype": form(
    () => [mine(), { ...fileOf(), name: "__proto__" }],
    422,
    "invalid_body",
    "/__proto__",
  ),
};
