import type { ErasedPerson } from "../../db/leads/schema.ts";
import { type Contacts, isIn } from "./in-text.ts";

/**
 * A name, or a text with names in it, as words in lower case without accents, with a space around each: `lopez-ana.csv`
 * has the same words as `Ana López`.
 */
export function foldName(text: string): string {
  const plain = text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  return ` ${plain.replace(/[^\p{L}\p{N}]+/gu, " ").trim()} `;
}

/** The full names of a lead, either way round. One word alone is many people's. */
export function fullNames({
  firstName,
  lastName,
}: {
  firstName: string | null;
  lastName: string | null;
}): string[] {
  const [first, last] = [firstName ?? "", lastName ?? ""].map((name) => foldName(name).trim());
  if (!first || !last) return [];
  return [` ${first} ${last} `, ` ${last} ${first} `];
}

/** Whether a text has one of these names in it. @param names as {@link fullNames} gives them. */
export function hasName(text: string, names: readonly string[]): boolean {
  if (names.length === 0) return false;
  const words = foldName(text);
  return names.some((name) => words.includes(name));
}

/** After an address the ending of a file looks like more of it: `leads of ana@example.com.csv`. */
const ENDINGS = /(?:\.(?:csv|tsv|txt|xlsx|xlsm|xls|ods|json|jsonl|ndjson|xml|gz|zip)){1,3}$/i;

/** Whether the name of a file is the person's: by their e-mail, phone or full name before its ending. */
export function namesFile(fileName: string, person: Contacts & Pick<ErasedPerson, "names">): boolean {
  return isIn(withoutEnding(fileName), person) || hasName(fileName, person.names ?? []);
}

/** The name of a file without its ending. */
function withoutEnding(fileName: string): string {
  return fileName.replace(ENDINGS, "");
}
