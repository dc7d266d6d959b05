import type * as z from "zod";
import { isoTime } from "../http/time.ts";
import type { AuthorName } from "../users/queries.ts";
import { driftOf, viewAnnounced } from "./dry-run/drift.ts";
import { isAtRest } from "./events/event-number.ts";
import { averagePace, type ChunkPace, recordsPerSecond, secondsLeft } from "./events/pace.ts";
import { type ImportRow, readUndo, type UndoProgress } from "./queries.ts";
import { fileLink, type LinkKind } from "./report/file-links.ts";
import type { ImportFile } from "./schemas.ts";
import { STATUS, statusName } from "./state/status.ts";
import type { Unpacked } from "./unpack/unpacked.ts";

/** What the view of an import needs beside its row. */
export interface ImportSurroundings {
  env: Env;
  origin: string;
  now: number;
  companyName: string;
  importer: AuthorName | undefined;
  /** Whom it is shown to. */
  viewerId: number;
}

/** An import as the API shows it. */
export function viewImport(
  row: ImportRow,
  { env, origin, now, companyName, importer, viewerId }: ImportSurroundings,
): z.input<typeof ImportFile> {
  const { createdRecords, updatedRecords, unchangedRecords, duplicateRecords, failedRecords } = row;
  const processed = createdRecords + updatedRecords + unchangedRecords + duplicateRecords + failedRecords;
  const pace = paceOf(row, processed);
  const undo = readUndo(row);
  const linkTo = (kind: LinkKind) =>
    fileLink(env, origin, { importCode: row.importCode, kind, userId: viewerId }, now);
  const outcomes = {
    created_records: createdRecords,
    updated_records: updatedRecords,
    unchanged_records: unchangedRecords,
    duplicate_records: duplicateRecords,
    failed_records: failedRecords,
  };
  return {
    id: row.id,
    import_code: row.importCode,
    status: row.status,
    status_name: statusName(row.status),
    total_records: row.totalRecords,
    processed_records: processed,
    ...outcomes,
    warning_records: row.warningRecords,
    success_rate: percent(processed - failedRecords, processed),
    progress: progressOf(row),
    records_per_second: pace,
    seconds_left: secondsLeftOf(row, processed, pace),
    on_duplicate: row.onDuplicate,
    dry_run: row.dryRun,
    announced: viewAnnounced(row.announced),
    drift: driftOf(
      row.announced,
      { ...outcomes, warning_records: row.warningRecords },
      row.differingRecords,
      row.totalRecords !== null,
    ),
    started_at: isoTime(row.startedAt),
    finished_at: isoTime(row.finishedAt),
    created_at: isoTime(row.createdAt),
    error_file: row.errorFileKey ? linkTo("error_file") : null,
    events_url: isAtRest(row, undo) ? null : linkTo("events"),
    original_file: row.fileKey ? linkTo("original_file") : null,
    imported_by: importer
      ? { id: row.importedBy, full_name: importer.fullName, email: importer.email }
      : null,
    company: { id: row.companyId, name: companyName },
    campaign_id: row.campaignId,
    failure: row.failureCode ? { code: row.failureCode, detail: row.failureDetail ?? "" } : null,
    file: {
      name: row.fileName,
      bytes: row.fileBytes,
      kind: row.kind,
      sha256: row.fileSha256 || null,
      encoding: row.encoding,
      encoding_confidence: row.encodingConfidence,
      delimiter: row.delimiter,
      header_row: row.headerLine,
      sheet: row.sheet,
    },
    warnings: warningsOf(row),
    same_file_as: row.sameFileAs,
    parent_import_code: row.parentImportCode,
    undo: undo && viewUndo(undo, linkTo),
  };
}

function viewUndo(
  { requested_at, finished_at, records, left, deleted, restored, spared }: UndoProgress,
  linkTo: (kind: LinkKind) => string,
): z.input<typeof ImportFile>["undo"] {
  return {
    status: finished_at === null ? "processing" : "completed",
    progress: finished_at === null ? Math.min(99.99, percent(records - left, records)) : 100,
    requested_at: isoTime(requested_at),
    finished_at: isoTime(finished_at),
    deleted_records: deleted,
    restored_records: restored,
    spared_records: spared,
    spared_file: finished_at !== null && spared > 0 ? linkTo("spared_file") : null,
  };
}

function warningsOf(row: ImportRow): z.input<typeof ImportFile>["warnings"] {
  return [...encodingWarnings(row), ...hiddenWarnings(row)];
}

type Warning = z.input<typeof ImportFile>["warnings"][number];

function encodingWarnings({ encoding, encodingConfidence }: ImportRow): Warning[] {
  const code = "encoding_in_doubt";
  if (encodingConfidence === "doubtful") return [{ code, detail: inDoubt(encoding) }];
  return encoding === "utf-8-repaired" && encodingConfidence === "likely" ? [{ code, detail: REPAIRED }] : [];
}

function hiddenWarnings({ hidden }: ImportRow): Warning[] {
  if (hidden === null) return [];
  const { rows, columns } = JSON.parse(hidden) as NonNullable<Unpacked["hidden"]>;
  const warnings: Warning[] = [];
  if (rows > 0) warnings.push({ code: "hidden_rows", detail: hiddenRows(rows) });
  if (columns.length > 0) warnings.push({ code: "hidden_columns", detail: hiddenColumns(columns) });
  return warnings;
}

function hiddenRows(rows: number): string {
  return (
    `${rows} ${rows === 1 ? "row" : "rows"} of the sheet ${rows === 1 ? "is" : "are"} hidden, by a filter or by hand, and ` +
    "became records as all others. Where only what is shown was meant, undo the import, copy the rows that are shown into a " +
    "new workbook and import that."
  );
}

function hiddenColumns(columns: string[]): string {
  const isOne = columns.length === 1;
  return (
    `The ${isOne ? "column" : "columns"} ${columns.join(", ")} of the sheet ${isOne ? "is" : "are"} hidden, and ` +
    `${isOne ? "was" : "were"} read as all others. Where that was not meant, undo the import and leave ${isOne ? "it" : "them"} ` +
    "out in the mapping, with null."
  );
}

const REPAIRED =
  "Texts of the file had been encoded as UTF-8 twice, as “JosÃ©” for “José”, and were repaired. Look at the records with a " +
  "warning; where one should stay as it stood, undo what was imported and send the file again with encoding=utf-8.";

function inDoubt(encoding: string): string {
  return (
    `The file was read as ${encoding}, and could be in another encoding as well. Look at the records with a warning; ` +
    "where letters are wrong, undo what was imported and send the file again with the field encoding, or save it as UTF-8."
  );
}

function paceOf({ pace, startedAt, finishedAt }: ImportRow, processed: number): number | null {
  if (pace !== null) return recordsPerSecond(JSON.parse(pace) as ChunkPace[]);
  if (startedAt === null || finishedAt === null || processed === 0) return null;
  return averagePace(processed, finishedAt - startedAt);
}

function secondsLeftOf(row: ImportRow, processed: number, pace: number | null): number | null {
  if (row.status !== STATUS.processing) return null;
  return secondsLeft({ processed, bytesRead: row.checkpointOffset, bytes: row.readBytes }, pace);
}
const WHOLE: readonly number[] = [STATUS.completed, STATUS.completed_with_errors, STATUS.validated];

function progressOf(row: ImportRow): number {
  if (WHOLE.includes(row.status)) return 100;
  return percent(row.checkpointOffset, row.readBytes);
}

/** Two decimals, 0 of nothing, and never 100 for less than the whole. */
function percent(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.floor((part * 10_000) / whole) / 100;
}
