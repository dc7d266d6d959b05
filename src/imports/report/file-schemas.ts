import * as z from "zod";
import { FileLinkQuery } from "../schemas.ts";

/** What makes a link to an error file good, which comes in two kinds. */
export const ErrorFileQuery = FileLinkQuery.extend({
  format: z
    .enum(["csv", "xlsx"])
    .optional()
    .meta({
      description:
        "What it comes as; where that is not said, what the original is: a workbook as `xlsx`, up to 100,000 records, any " +
        "other as `csv`.",
    }),
});

export const exampleOriginalFile = [
  "Email,Nombre,Teléfono",
  "lucia.romero@example.com,Lucía Romero,55 1234 5678",
  "not-an-address,Iván Cruz,",
  "",
].join("\r\n");

export const exampleErrorFile = [
  "Email,Nombre,Teléfono,_row,_code,_reason",
  "not-an-address,Iván Cruz,,2,invalid_email,“not-an-address” is not an e-mail address: it has no @.",
  "",
].join("\r\n");
