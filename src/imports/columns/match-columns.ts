import type { Question, Stage } from "../../leads/lead-record.ts";
import { shorten } from "../../leads/normalize/shorten.ts";
import { FileProblem } from "../readers/file-problem.ts";
import { reportRoles } from "../resend/report-columns.ts";
import { findContacts, findPersons } from "./by-values/find-contacts.ts";
import { setFurtherPersonsApart } from "./by-values/further-persons.ts";
import { refuseTablesSideBySide } from "./by-values/side-by-side.ts";
import { dateOrderOf } from "./by-values/value-kinds.ts";
import { weighMeanings } from "./by-values/weigh-meanings.ts";
import { type Column, type ColumnSample, type FoundBy, isContact, RANK } from "./column.ts";
import { columnMissing, headerFinder, listHeaders, memoized, nameColumns } from "./column-names.ts";
import { foldHeader, type HeaderMeaning, namedMeaning } from "./header-names.ts";
import { keepOthers } from "./keep-others.ts";
import { type Mapping, mappedTo } from "./mapping.ts";
import {
  CUSTOM_PREFIX,
  customName,
  fieldColumn,
  isCustomTarget,
  isField,
  mappedColumn,
} from "./mapping-targets.ts";
import {
  inOrderOfOwners,
  isCompanyFirst,
  isMetaExport,
  readTogether,
  withAttendeesAsLeads,
} from "./read-together.ts";

/** What columns are matched by beside the header, the mapping and the questions. */
interface Matching {
  constants?: readonly Column[];
  isKeyedById?: boolean;
  /** Columns that are known already, by their places. */
  known?: readonly (Column | undefined)[];
  /** The stages of leads: what a column holds may be their names. */
  stages?: readonly Stage[];
}

const NO_SAMPLE: ColumnSample = { records: [], place: { country: null } };

/**
 * Decides what each column of a file holds. The mapping comes first, then `custom_fields.` with a name, then the
 * campaign's questions by key, then the names of a lead's fields, then what people and other systems call them,
 * then what its cells hold. Several columns may be an e-mail or a phone; of other fields the first column to claim
 * one has it. A column that claims nothing is kept as a custom field.
 *
 * @param mapping header name to target (see {@link isMappingTarget}), `null` for a column to leave out.
 * @param constants the values of every record, as columns (see {@link constantColumns}).
 * @param isKeyedById whether an external id alone makes a lead of a record.
 * @throws FileProblem `mapping_column_missing`, `mapping_target_unknown`, `mapping_conflict`,
 *   `no_contact_column`, `header_too_long`, `several_tables`.
 */
export function matchColumns(
  header: string[],
  mapping: Mapping | null,
  questions: Question[],
  sample: ColumnSample = NO_SAMPLE,
  { constants = [], isKeyedById = false, known = [], stages = [] }: Matching = {},
): Column[] {
  const headers = nameColumns(header);
  const columns: (Column | undefined)[] = headers.map(() => undefined);
  // A constant takes the place of a column with the same target.
  const claims = new Map<string, string>(constants.map((column) => [claimOf(column), column.header]));
  for (const [index, column] of known.entries()) {
    if (column === undefined || (claims.has(claimOf(column)) && !isContact(column))) continue;
    columns[index] = column;
    if (column.kind !== "ignored") claims.set(claimOf(column), column.header);
  }

  const findHeader = headerFinder(headers);
  for (const [name, entry] of Object.entries(mapping ?? {})) {
    const { to: target, rule, values } = mappedTo(entry);
    const index = findHeader(name);
    const headerName = headers[index];
    if (headerName === undefined) {
      throw columnMissing(
        `The mapping names the column “${shorten(name)}”, which the file does not have.`,
        headers,
      );
    }
    const column = mappedColumn(headerName, target, questions);
    if (columns[index] !== undefined) {
      throw new FileProblem(
        "mapping_conflict",
        `The mapping names the column “${shorten(headerName)}” twice.`,
      );
    }
    const earlier = claims.get(claimOf(column));
    if (earlier !== undefined && !isContact(column)) {
      throw new FileProblem(
        "mapping_conflict",
        `The mapping gives “${target}” to two columns, “${shorten(earlier)}” and “${shorten(headerName)}”. Keep one of them.`,
      );
    }
    const otherRule = columns.find(
      (one) => one?.rule && rule && one.rule !== rule && claimOf(one) === claimOf(column),
    );
    if (otherRule) {
      throw new FileProblem(
        "mapping_conflict",
        `The mapping gives “${target}” two rules: “${otherRule.rule}” by “${shorten(otherRule.header)}”, “${rule}” by “${shorten(headerName)}”. A rule counts for all columns of a field: give one.`,
      );
    }
    columns[index] = { ...column, ...(rule && { rule }), ...(values && { values }) };
    if (column.kind !== "ignored") claims.set(claimOf(column), headerName);
  }

  refuseTablesSideBySide(header, sample.records, (index) => columns[index] !== undefined);
  // A whole name that the mapping says beats the parts of names that headers say, which are kept.
  const hasMappedName = claims.has("full_name");
  const claim = (index: number, column: Column, foundBy: FoundBy = "header"): void => {
    if (hasMappedName && isNamePart(column)) return;
    if (columns[index] !== undefined || (claims.has(claimOf(column)) && !isContact(column))) return;
    columns[index] = { ...column, foundBy };
    claims.set(claimOf(column), column.header);
  };

  const roles = reportRoles(header);
  headers.forEach((name, index) => {
    if (roles[index] === "report") columns[index] ??= { kind: "ignored", header: name };
    if (roles[index] === "surplus") columns[index] ??= { kind: "surplus", header: name };
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
    if (isField(field)) claim(index, fieldColumn(name, field, RANK.ownName));
  });
  const readMeaning = memoized(namedMeaning);
  const meanings = header.map((name, index) =>
    columns[index] === undefined ? readMeaning(name) : undefined,
  );
  if (isMetaExport(headers)) unsetLeadStatus(headers, meanings, columns);
  readTogether(header, meanings);
  const others = setFurtherPersonsApart(header, meanings, sample);
  const weighed = weighMeanings(header, meanings, sample, stages);
  for (const { index } of weighed) meanings[index] = undefined;
  const order = inOrderOfOwners(header);
  for (const index of order) claimMeaning(claim, index, headers[index] ?? "", meanings[index]);
  claimNames(claim, claims, headers, meanings, order);

  for (const { index, meaning } of weighed) {
    const name = headers[index] ?? "";
    if (meaning !== "custom") claim(index, fieldColumn(name, meaning, RANK.plain), "values");
    columns[index] ??= { kind: "custom", header: name, name, foundBy: "values" };
  }

  const isOpen = (index: number) =>
    columns[index] === undefined && meanings[index] === undefined && !others.has(index);
  for (const { index, column, foundBy } of findContacts(
    withAttendeesAsLeads(header),
    headers,
    isOpen,
    claims,
    sample,
  )) {
    claim(index, column, foundBy);
  }
  if (!NAMES.some((name) => claims.has(name))) {
    const index = findPersons(headers, isOpen, sample);
    if (index >= 0) claim(index, { kind: "full_name", header: headers[index] ?? "" });
  }
  if (!claims.has("email") && !claims.has("phone") && !(isKeyedById && claims.has("external_id"))) {
    throw new FileProblem(
      "no_contact_column",
      `No column was recognised as an e-mail or a phone, and a lead needs one of them. ${listHeaders(headers)} Name a column “email” or “phone”, or say in the mapping which column it is.`,
    );
  }
  columns.forEach((column, index) => {
    if (column?.kind !== "question" || column.question.kind !== "date" || column.dateOrder) return;
    const dateOrder = dateOrderOf(sample.records, index);
    if (dateOrder !== null) columns[index] = { ...column, dateOrder };
  });
  return keepOthers(headers, columns, meanings);
}

type Claim = (index: number, column: Column, foundBy?: FoundBy) => void;

/** Claims columns whose header alone decides. Names depend on each other: {@link claimNames}. */
function claimMeaning(claim: Claim, index: number, header: string, meaning: HeaderMeaning | undefined): void {
  switch (meaning) {
    case undefined:
    case "full_name":
    case "name":
    case "second_name":
    case "second_surname":
      return;
    case "tags":
      claim(index, { kind: "tags", header });
      return;
    case "phone_country":
    case "area_code":
      claim(index, { kind: meaning, header, name: header });
      return;
    default:
      claim(index, fieldColumn(header, meaning, RANK.plain));
  }
}

function claimNames(
  claim: Claim,
  claims: Map<string, string>,
  headers: string[],
  meanings: (HeaderMeaning | undefined)[],
  order: number[],
): void {
  const each = (meaning: HeaderMeaning, act: (header: string, index: number) => void) =>
    order.forEach((index) => {
      if (meanings[index] === meaning) act(headers[index] ?? "", index);
    });
  each("second_surname", (header, index) => {
    if (claims.has("last_name")) claim(index, { kind: "name_part", header, field: "last_name" });
    else claim(index, fieldColumn(header, "last_name", 0));
  });
  if (!claims.has("first_name") && claims.has("last_name")) {
    each("name", (header, index) => claim(index, fieldColumn(header, "first_name", 0)));
  }
  each("second_name", (header, index) => {
    if (claims.has("first_name")) claim(index, { kind: "name_part", header, field: "first_name" });
  });
  const claimFull = (header: string, index: number) =>
    claim(index, {
      kind: "full_name",
      header,
      ...(isCompanyFirst(header, headers) && { isCompanyFirst: true }),
    });
  // `Customer full name` may be a company's, beside the full name.
  each("full_name", (header, index) => {
    if (PLAIN_FULL_NAMES.has(foldHeader(header))) claimFull(header, index);
  });
  for (const meaning of ["full_name", "name"] as const) {
    each(meaning, claimFull);
  }
}

const PLAIN_FULL_NAMES: ReadonlySet<string> = new Set(["full name", "nombre completo", "nome completo"]);

function unsetLeadStatus(
  headers: string[],
  meanings: (HeaderMeaning | undefined)[],
  columns: (Column | undefined)[],
): void {
  headers.forEach((header, index) => {
    if (foldHeader(header) !== "lead status") return;
    meanings[index] = undefined;
    columns[index] ??= { kind: "custom", header, name: header, foundBy: "header" };
  });
}

const NAMES = ["full_name", "first_name", "last_name"];

function isNamePart(column: Column): boolean {
  const isField = column.kind === "field" && (column.field === "first_name" || column.field === "last_name");
  return isField || column.kind === "name_part";
}

/** The key of a target that only one column may have, in the notation of a mapping, so that kinds never collide. */
function claimOf(column: Column): string {
  switch (column.kind) {
    case "field":
      return column.field;
    case "full_name":
    case "tags":
    case "phone_country":
    case "area_code":
      return column.kind;
    case "name_part":
      return `second ${column.field}`;
    case "question":
      return `question ${column.question.id}`;
    case "custom":
      return CUSTOM_PREFIX + column.name;
    case "ignored":
    case "surplus":
      return "";
  }
}
