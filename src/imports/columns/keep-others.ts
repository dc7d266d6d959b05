import { shorten } from "../../leads/normalize/shorten.ts";
import { maskAddresses } from "../../text/mask-addresses.ts";
import { FileProblem } from "../readers/file-problem.ts";
import { type Column, isContact } from "./column.ts";
import { limited, MAX_NAME_LENGTH, unique } from "./column-names.ts";
import type { HeaderMeaning } from "./header-names.ts";

/**
 * Names the custom field of every column that may be kept as one: those without a meaning, and e-mails and phones, of
 * which a record may have more than its lead. An e-mail address in a header does not go into the name.
 */
export function keepOthers(
  headers: string[],
  columns: (Column | undefined)[],
  meanings: (HeaderMeaning | undefined)[],
): Column[] {
  const taken = new Map<string, number>();
  for (const column of columns) if (column?.kind === "custom") taken.set(column.name, 1);
  return headers.map((header, index) => {
    const column = columns[index];
    if (column !== undefined && column.kind !== "phone_country" && column.kind !== "area_code") {
      return isContact(column) ? { ...column, name: limited(maskAddresses(header)) } : column;
    }
    const name = unique(maskAddresses(header), taken);
    if (name.length > MAX_NAME_LENGTH) {
      throw new FileProblem(
        "header_too_long",
        `The header of column ${index + 1}, “${shorten(header)}”, has ${header.length} characters; at most ${MAX_NAME_LENGTH} are possible. Shorten it, or leave the column out in the mapping.`,
      );
    }
    if (column !== undefined) return { ...column, name };
    const other: Column = { kind: "custom", header, name };
    return meanings[index] === "country" ? { ...other, isCountry: true } : other;
  });
}
