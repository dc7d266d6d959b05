import * as z from "zod";
import { STATUS, STATUS_MEANINGS, type StatusName } from "./status.ts";

const names = Object.keys(STATUS) as [StatusName, ...StatusName[]];
const byNumber = names.map((name) => [STATUS[name], `\`${name}\`: ${STATUS_MEANINGS[name]}.`] as const);

/** The state of an import by its number: the document lists the numbers, and what each means. */
export const ImportStatus = z
  .int()
  .min(0)
  .max(names.length - 1)
  .meta({
    id: "ImportStatus",
    enum: byNumber.map(([status]) => status),
    description: `How it stands.\n\n${byNumber.map(([status, meaning]) => `- ${status}, ${meaning}`).join("\n")}`,
    "x-enum-varnames": names,
    "x-enumDescriptions": Object.fromEntries(byNumber),
  });

/** The same in a word. */
export const ImportStatusName = z.enum(names).meta({
  id: "ImportStatusName",
  description: `How it stands, in a word.\n\n${byNumber.map(([, meaning]) => `- ${meaning}`).join("\n")}`,
  "x-enumDescriptions": STATUS_MEANINGS,
});
