import type { MatchKey } from "../../leads/duplicates/match-keys.ts";
import type { Question, Stage } from "../../leads/lead-record.ts";
import { readCountry } from "../../leads/normalize/countries/read-country.ts";
import type { StageRow } from "../../stages/queries.ts";
import type { CleaningContext } from "../cleaning/clean-record.ts";
import type { Layout, LayoutHints, ReadingOptions, RecordReader } from "../readers/reader.ts";
import type { ReadingHints } from "../reading-hints.ts";
import { reportRoles } from "../resend/report-columns.ts";
import type { ReadingPlan } from "../state/import-state.ts";
import type { Column } from "./column.ts";
import { type HeaderMeaning, headerMeaning } from "./header-names.ts";
import type { Mapping } from "./mapping.ts";
import { constantColumns } from "./mapping-targets.ts";
import { matchColumns } from "./match-columns.ts";

/** What was said of how records are read and matched. */
export interface ReadingSettings {
  mapping: Mapping | null;
  constants: Record<string, string> | null;
  matchBy: readonly MatchKey[];
  /** ISO 3166-1 alpha-2. */
  country: string | null;
}

/** What the layout of a file is read from. */
interface HeadOfFile extends Pick<ReadingSettings, "mapping"> {
  reader: RecordReader;
  /** The first bytes of the file. */
  head: Uint8Array;
  /** Whether that is the whole file. */
  atEnd: boolean;
  hints: Partial<ReadingHints> | null;
}

/** What the meaning of its columns is found by, beside the header and the first records. */
interface FileMeaning extends ReadingSettings {
  questions: Question[];
  stages: readonly Stage[];
  language: string | null;
}

/** Reads how a file is laid out: for an import as for its preview. @throws FileProblem where it cannot be read. */
export function readLayout({ reader, head, atEnd, hints, mapping }: HeadOfFile): Layout {
  return reader.open(head, atEnd, {
    delimiter: hints?.delimiter ?? null,
    headerLine: hints?.headerLine ?? null,
    findKnown: knownColumns(mapping),
  });
}

/** Finds the columns of a header that are known by their names alone, or by the mapping. */
export function knownColumns(mapping: Mapping | null): LayoutHints["findKnown"] {
  return (header) => {
    const roles = reportRoles(header);
    const meanings = header.map(headerMeaning);
    return {
      contacts: [...meanings.keys()].filter((index) => isContact(meanings[index])),
      others: header.filter((name, index) => isMapped(name, mapping) || roles[index] === "report").length,
      named: meanings.filter((meaning) => meaning !== undefined).length,
    };
  };
}

/**
 * Decides what the columns of a file are.
 *
 * @param known what is known of them already, by their places.
 * @throws FileProblem where a lead's cannot be among them.
 */
export function planColumns(
  layout: Layout,
  file: FileMeaning,
  known: readonly (Column | undefined)[] = [],
): ReadingPlan {
  const { mapping, questions, stages, language } = file;
  const place = { country: file.country === null ? null : readCountry(file.country) };
  const constants = constantColumns(file.constants, questions);
  const columns = matchColumns(
    layout.header,
    mapping,
    questions,
    { records: layout.sample, place },
    { constants, isKeyedById: isKeyedById(file), known, stages },
  );
  const { delimiter, quote, header, headerLine, endLine } = layout;
  return { delimiter, quote, header, headerLine, endLine, columns, constants, language };
}

const OF_LEADS: ReadonlySet<string> = new Set(["field", "full_name", "name_part"]);

/** What of a plan the records are told apart and split by. */
export function readingOptions({ delimiter, quote, header, columns }: ReadingPlan): ReadingOptions {
  const contacts = contactColumns(columns);
  const fields = [...columns.keys()].filter(
    (index) => !contacts.includes(index) && OF_LEADS.has(columns[index]?.kind ?? ""),
  );
  return { delimiter, quote, header, contacts, tags: tagColumns(columns), fields };
}

/** What of a plan the records are cleaned by. */
export function cleaningContext(
  { columns, constants = [], language = null, endLine = null }: ReadingPlan,
  settings: ReadingSettings,
  stages: StageRow[],
): CleaningContext {
  return {
    columns,
    endLine,
    constants: constants.map((column) => ({ column, value: constantOf(settings, column) })),
    isKeyedById: isKeyedById(settings),
    isKeyedOnlyById: isKeyedById(settings) && settings.matchBy.length === 1,
    country: settings.country,
    language,
    stages,
  };
}

/** Whether an external id alone makes a lead of a record. */
function isKeyedById({ matchBy }: Pick<ReadingSettings, "matchBy">): boolean {
  return matchBy.includes("external_id");
}

function constantOf({ constants }: ReadingSettings, { header }: Column): string {
  return constants?.[header.slice("constants.".length)] ?? "";
}

/** The places of the columns that hold an e-mail or a phone. */
function contactColumns(columns: Column[]): number[] {
  return columns.flatMap((column, index) =>
    column.kind === "field" && (column.field === "email" || column.field === "phone") ? [index] : [],
  );
}

/** The places of the columns that hold tags. */
function tagColumns(columns: Column[]): number[] {
  return columns.flatMap(({ kind }, index) => (kind === "tags" ? [index] : []));
}

function isContact(meaning: HeaderMeaning | undefined): boolean {
  return meaning === "email" || meaning === "phone";
}

function isMapped(name: string, mapping: Mapping | null): boolean {
  return mapping !== null && Object.hasOwn(mapping, name.trim());
}
