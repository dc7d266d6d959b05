import { FileProblem } from "../file-problem.ts";
import { cleanCell } from "./clean-cell.ts";
import { foldHeader, headerMeaning } from "./header-names.ts";
import { LEAD_FIELDS, type LeadField, type Question } from "./lead-record.ts";
import { shorten } from "./shorten.ts";

/** What a column of a file holds. `header` is its name in the file, made up where that is blank or doubled. */
export type Column =
  | { kind: "field"; header: string; field: LeadField }
  /** First and last name in one. */
  | { kind: "full_name"; header: string }
  | { kind: "question"; header: string; question: Question }
  /** Kept in the lead's custom fields under `name`. */
  | { kind: "custom"; header: string; name: string }
  | { kind: "ignored"; header: string };

/** In UTF-16 units: what a custom field may be called. */
const MAX_NAME_LENGTH = 255;

/** Before a name, in a mapping or a header: the custom field of that name, whatever else the name may mean. */
export const CUSTOM_PREFIX = "custom_fields.";
const MAX_LISTED_HEADERS = 20;

/** What the error report adds: a mended report goes back in as it is. */
export const REPORT_COLUMNS: readonly string[] = ["_row", "_code", "_reason"];

const FIELDS: ReadonlySet<string> = new Set(LEAD_FIELDS);

/**
 * Decides what each column of a file holds. The mapping comes first, then `custom_fields.` with a name, then the
 * campaign's questions by key, then the names of a lead's columns, then what people and other systems call them.
 * The first column to claim a field has it; whatever claims nothing is kept as a custom field.
 *
 * @param mapping header name to target (see {@link isMappingTarget}), `null` for a column to leave out.
 * @throws FileProblem `mapping_column_missing`, `mapping_target_unknown`, `mapping_conflict`,
 *   `no_contact_column`, `header_too_long`.
 */
export function matchColumns(
  header: string[],
  mapping: Record<string, string | null> | null,
  questions: Question[],
): Column[] {
  const headers = nameColumns(header);
  const columns: (Column | undefined)[] = headers.map(() => undefined);
  const claims = new Map<string, string>();

  const findHeader = headerFinder(headers);
  for (const [name, target] of Object.entries(mapping ?? {})) {
    const index = findHeader(name);
    const found = headers[index];
    if (found === undefined) {
      throw new FileProblem(
        "mapping_column_missing",
        `The mapping names the column “${shorten(name)}”, which the file does not have. ${listHeaders(headers)} Correct the mapping, or the file's header, and upload again.`,
      );
    }
    const column = mappedColumn(found, target, questions);
    if (columns[index] !== undefined) {
      throw new FileProblem("mapping_conflict", `The mapping names the column “${shorten(found)}” twice.`);
    }
    const earlier = claims.get(claimOf(column));
    if (earlier !== undefined) {
      throw new FileProblem(
        "mapping_conflict",
        `The mapping gives “${target}” to two columns, “${shorten(earlier)}” and “${shorten(found)}”. Keep one of them.`,
      );
    }
    columns[index] = column;
    if (column.kind !== "ignored") claims.set(claimOf(column), found);
  }

  const claim = (index: number, column: Column): void => {
    if (columns[index] !== undefined || claims.has(claimOf(column))) return;
    columns[index] = column;
    claims.set(claimOf(column), column.header);
  };

  headers.forEach((name, index) => {
    if (REPORT_COLUMNS.includes(cleanCell(header[index] ?? "") ?? "")) {
      columns[index] ??= { kind: "ignored", header: name };
    }
  });
  headers.forEach((name, index) => {
    if (isCustomTarget(name)) claim(index, { kind: "custom", header: name, name: customName(name) });
  });
  const questionsByKey = new Map(questions.map((question) => [foldHeader(question.key), question]));
  headers.forEach((name, index) => {
    const question = questionsByKey.get(foldHeader(name));
    if (question) claim(index, { kind: "question", header: name, question });
  });
  headers.forEach((name, index) => {
    const field = foldHeader(name).replaceAll(" ", "_");
    if (isField(field)) claim(index, { kind: "field", header: name, field });
  });
  headers.forEach((name, index) => {
    const meaning = headerMeaning(name);
    if (meaning !== undefined && meaning !== "full_name" && meaning !== "name") {
      claim(index, { kind: "field", header: name, field: meaning });
    }
  });
  headers.forEach((name, index) => {
    const meaning = headerMeaning(name);
    if (claims.has("first_name") || (meaning !== "full_name" && meaning !== "name")) return;
    if (!claims.has("last_name")) claim(index, { kind: "full_name", header: name });
    else if (meaning === "name") claim(index, { kind: "field", header: name, field: "first_name" });
  });

  if (!claims.has("email") && !claims.has("phone")) {
    throw new FileProblem(
      "no_contact_column",
      `No column was recognised as an e-mail or a phone, and a lead needs one of them. ${listHeaders(headers)} Name a column “email” or “phone”, or say in the mapping which column it is.`,
    );
  }
  return keepOthers(headers, columns);
}

/**
 * Whether a mapping may name it as what a column holds: one of a lead's columns, `full_name`, the key of one of
 * the questions, or `custom_fields.` with a name of at most 255 characters.
 */
export function isMappingTarget(target: string, questions: Question[]): boolean {
  if (isField(target) || target === "full_name") return true;
  return questions.some((question) => question.key === target) || isCustomTarget(target);
}

function isCustomTarget(target: string): boolean {
  return (
    target.startsWith(CUSTOM_PREFIX) &&
    target.trim().length > CUSTOM_PREFIX.length &&
    target.length <= CUSTOM_PREFIX.length + MAX_NAME_LENGTH
  );
}

function customName(target: string): string {
  return target.slice(CUSTOM_PREFIX.length).trim();
}

function mappedColumn(header: string, target: string | null, questions: Question[]): Column {
  if (target === null) return { kind: "ignored", header };
  if (isField(target)) return { kind: "field", header, field: target };
  if (target === "full_name") return { kind: "full_name", header };
  const question = questions.find(({ key }) => key === target);
  if (question) return { kind: "question", header, question };
  if (isCustomTarget(target)) return { kind: "custom", header, name: customName(target) };
  throw new FileProblem(
    "mapping_target_unknown",
    `The mapping gives the column “${shorten(header)}” to “${shorten(target)}”, which is neither a lead's column nor a question of the campaign. A lead's columns are ${LEAD_FIELDS.join(", ")}; “full_name” and “${CUSTOM_PREFIX}” with a name are possible too.`,
  );
}

function isField(name: string): name is LeadField {
  return FIELDS.has(name);
}

/** What no two columns can have: named as a mapping names it, so that no two kinds can be taken for one. */
function claimOf(column: Column): string {
  switch (column.kind) {
    case "field":
      return column.field;
    case "full_name":
      return "full_name";
    case "question":
      return `question ${column.question.id}`;
    case "custom":
      return CUSTOM_PREFIX + column.name;
    case "ignored":
      return "";
  }
}

function nameColumns(header: string[]): string[] {
  const taken = new Map<string, number>();
  return header.map((cell, index) => unique(cleanCell(cell) ?? `column_${index + 1}`, taken));
}

/** Gives every column without a meaning its own place in the custom fields. */
function keepOthers(headers: string[], columns: (Column | undefined)[]): Column[] {
  const taken = new Map<string, number>();
  for (const column of columns) if (column?.kind === "custom") taken.set(column.name, 1);
  return headers.map((header, index) => {
    const column = columns[index];
    if (column !== undefined) return column;
    const name = unique(header, taken);
    if (name.length > MAX_NAME_LENGTH) {
      throw new FileProblem(
        "header_too_long",
        `The header of column ${index + 1}, “${shorten(header)}”, has ${header.length} characters; at most ${MAX_NAME_LENGTH} are possible. Shorten it, or leave the column out in the mapping.`,
      );
    }
    return { kind: "custom", header, name };
  });
}

/**
 * The name itself, or with ` (2)`, ` (3)` … when it is taken; takes what it gives. `taken` holds the last number
 * given for each name, so that a thousand columns of one name are not a million look-ups.
 */
function unique(name: string, taken: Map<string, number>): string {
  let candidate = name;
  let number = taken.get(name) ?? 0;
  while (taken.has(candidate)) candidate = `${name} (${++number})`;
  taken.set(name, Math.max(number, 1));
  if (candidate !== name) taken.set(candidate, 1);
  return candidate;
}

/**
 * Gives what finds the place of the column that a mapping names, `-1` where there is none. The headers are folded
 * once: a mapping may name as many columns as there are.
 */
function headerFinder(headers: string[]): (name: string) => number {
  const exact = new Map<string, number>();
  const folded = new Map<string, number>();
  for (const [index, header] of headers.entries()) {
    if (!exact.has(header)) exact.set(header, index);
    const name = foldHeader(header);
    if (name !== "" && !folded.has(name)) folded.set(name, index);
  }
  return (name) => exact.get(cleanCell(name) ?? "") ?? folded.get(foldHeader(name)) ?? -1;
}

function listHeaders(headers: string[]): string {
  const listed = headers.slice(0, MAX_LISTED_HEADERS).map((header) => `“${shorten(header)}”`);
  const more = headers.length - listed.length;
  return `Its columns are ${listed.join(", ")}${more > 0 ? ` and ${more} more` : ""}.`;
}
