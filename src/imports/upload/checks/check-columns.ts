import { fieldError } from "../../../errors.ts";
import type { Question } from "../../../leads/lead-record.ts";
import { shorten } from "../../../leads/normalize/shorten.ts";
import { headerFinder, listHeaders, nameColumns } from "../../columns/column-names.ts";
import { type Mapping, mappedTo } from "../../columns/mapping.ts";
import { isMappingTarget } from "../../columns/mapping-targets.ts";
import { knownColumns } from "../../columns/plan-reading.ts";
import { readLayout } from "../../readers/csv/layout.ts";
import type { Encoding } from "../../readers/encodings/encodings.ts";
import { isObjectLines, packingOf } from "../../readers/file-kind.ts";
import { FileProblem } from "../../readers/file-problem.ts";

/** What would make one person of all records. */
const IDENTITY: ReadonlySet<string> = new Set(["email", "phone", "external_id"]);

const TARGETS = "no column of a lead, no question of the campaign and no custom_fields.<name>";

/**
 * Checks what a mapping and constants say against each other and against what a lead has.
 *
 * @throws 422 that points to the field.
 */
export function checkTargets(
  {
    mapping = {},
    constants = {},
  }: { mapping?: Mapping | undefined; constants?: Record<string, string> | undefined },
  questions: Question[],
): void {
  const mapped = new Map<string, string>();
  for (const [header, entry] of Object.entries(mapping)) {
    const { to, rule } = mappedTo(entry);
    if (to === null) continue;
    if (!isMappingTarget(to, questions)) {
      throw fieldError(
        "invalid_body",
        "mapping",
        "unknown_field",
        `"${header}" goes to "${to}", which is ${TARGETS}`,
      );
    }
    if (rule === "append" && !acceptsSeveral(to, questions)) {
      const detail = `"${header}" cannot be appended to "${to}": only notes, tags and questions of multiple choice can`;
      throw fieldError("invalid_body", "mapping", "invalid_rule", detail);
    }
    const earlier = mapped.get(to);
    if (earlier !== undefined && to !== "email" && to !== "phone") {
      const detail = `"${to}" is what it says of both "${earlier}" and "${header}": keep one of them`;
      throw fieldError("invalid_body", "mapping", "mapping_conflict", detail);
    }
    mapped.set(to, header);
  }
  for (const target of Object.keys(constants)) {
    if (!isMappingTarget(target, questions)) {
      throw fieldError("invalid_body", "constants", "unknown_field", `"${target}" is ${TARGETS}`);
    }
    if (IDENTITY.has(target)) {
      const detail = `"${target}" cannot be the same for every record: it tells people apart`;
      throw fieldError("invalid_body", "constants", "invalid_constant", detail);
    }
    const header = mapped.get(target);
    if (header !== undefined) {
      const detail = `"${target}" is what the mapping says of the column "${header}", too: keep one of them`;
      throw fieldError("invalid_body", "constants", "mapping_conflict", detail);
    }
  }
}

/** Whether more can be appended to what a target has. */
export function acceptsSeveral(target: string, questions: Question[]): boolean {
  return (
    target === "notes" ||
    target === "tags" ||
    questions.some(({ key, kind }) => key === target && kind === "multiple_choice")
  );
}

/** How much of a file its header is looked for in. */
const HEAD_BYTES = 256 * 1024;

interface StoredText {
  fileKey: string;
  bytes: number;
  encoding: Encoding;
  delimiter: string | null;
  headerLine: number | null;
  /** Whether all columns that the mapping names are looked for, and not only those that it has rules for. */
  isWholeChecked?: boolean;
}

/**
 * Checks that the file has the header row that is said, and the columns that a mapping names. Of a file that cannot be
 * read, or is to be made readable first, its import says why.
 *
 * @throws 422 that points to the header row or the mapping.
 */
export async function checkHeader(
  files: R2Bucket,
  mapping: Mapping,
  { fileKey, bytes, encoding, delimiter, headerLine, isWholeChecked = false }: StoredText,
): Promise<void> {
  const named = Object.keys(mapping).filter(
    (name) => isWholeChecked || mappedTo(mapping[name] ?? null).rule !== undefined,
  );
  if (named.length === 0 && !headerLine) return;
  const length = Math.min(bytes, HEAD_BYTES);
  const head = await files.get(fileKey, { range: { offset: 0, length } });
  const headers = head && headersOf(new Uint8Array(await head.arrayBuffer()));
  const findHeader = headers && headerFinder(headers);
  const missing = named.find((name) => findHeader && findHeader(name) < 0);
  if (headers && missing !== undefined) {
    const detail = `names the column “${shorten(missing)}”, which the file does not have. ${listHeaders(headers)}`;
    throw fieldError("invalid_body", "mapping", "mapping_column_missing", detail);
  }

  function headersOf(read: Uint8Array): string[] | null {
    if (packingOf(read) !== null || isObjectLines(read, encoding)) return null;
    try {
      const hints = { delimiter, headerLine, findKnown: knownColumns(mapping) };
      return nameColumns(readLayout(read, encoding, read.length === bytes, hints).header);
    } catch (error) {
      if (!(error instanceof FileProblem)) throw error;
      if (error.code === "header_row_missing" && read.length === bytes) {
        throw fieldError("invalid_body", "header_row", "header_row_missing", error.message);
      }
      return null;
    }
  }
}
