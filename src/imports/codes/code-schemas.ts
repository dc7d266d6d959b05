import * as z from "zod";
import { FAILURES } from "./failures.ts";
import { codesOf, meaningsOf } from "./meanings.ts";
import { REJECTIONS } from "./rejections.ts";
import { WARNINGS } from "./warnings.ts";

/** Why a record was rejected. */
export const RejectionCodeSchema = z.enum(codesOf(REJECTIONS)).meta({
  id: "RejectionCode",
  ...meaningsOf("Why a record was rejected.", REJECTIONS),
});

/** What a record that became a lead carries a warning for. */
export const WarningCodeSchema = z.enum(codesOf(WARNINGS)).meta({
  id: "WarningCode",
  ...meaningsOf("What was uncertain in a record that became a lead.", WARNINGS),
});

/** Why a file as a whole could not be used. */
export const FailureCodeSchema = z.enum(codesOf(FAILURES)).meta({
  id: "FailureCode",
  ...meaningsOf("Why a file as a whole could not be used.", FAILURES),
});
