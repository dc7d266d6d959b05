import { and, eq } from "drizzle-orm";
import Papa from "papaparse";
import { imports } from "../../db/leads/schema.ts";
import type { Tenant } from "../../db/leads/tenant.ts";
import { type Lease, renew } from "../../jobs/lease.ts";
import type { Slice } from "../../jobs/slice.ts";
import { BOM } from "../../leads/export/export-columns.ts";
import { aMacrotask } from "../../macrotask.ts";
import { escapeCell } from "../../text/spreadsheet-escape.ts";
import { DELIMITERS } from "../readers/csv/layout.ts";
import type { ImportState, ReadingPlan } from "../state/import-state.ts";
import { STATUS } from "../state/status.ts";
import { openPartBuffer } from "../upload/r2/part-buffer.ts";
import { type ErrorColumns, errorColumns, errorRow, rejectionPages, surplusWidth } from "./error-rows.ts";

/** How far an error file of several parts has come: enough to go on in another invocation. */
interface Progress {
  uploadId: string;
  parts: R2UploadedPart[];
  /** The first record of the page that the next part starts in, and how much of that page is in the parts before. */
  nextRecord: number;
  skip: number;
  /** How many columns there are for surplus cells. */
  surplus: number;
}

/** An error file that is to be written. */
export interface ErrorFile {
  importId: number;
  plan: ReadingPlan;
  /** Its key in R2. */
  key: string;
  /** What was saved last, and how to save: a file of several parts may take several invocations. */
  progress: unknown;
  saveProgress(progress: unknown): Promise<void>;
}

/**
 * Writes the rejected records of an import as a file that opens right in a spreadsheet and goes back in
 * unchanged: the columns of the original, those for cells beyond its header, which have no name, then the record's
 * number, code and reason.
 *
 * The file follows from the rejected records alone, so that writing it twice makes the same file.
 *
 * @returns whether it is there; where not, the slice was over before.
 */
export async function writeErrorFile(
  tenant: Tenant,
  files: R2Bucket,
  file: ErrorFile,
  slice: Slice,
): Promise<boolean> {
  const progress = file.progress as Progress | null;
  try {
    return await writeParts(tenant, files, file, progress, slice);
  } catch (error) {
    // The upload that was begun may be complete or gone by now: the next try starts a new one.
    if (progress) await file.saveProgress(null);
    throw error;
  }
}

/** The error file that an import ends with, written under its lease. */
export function errorFileOf(tenant: Tenant, state: ImportState, lease: Lease): ErrorFile {
  return {
    importId: state.id,
    plan: state.layout as ReadingPlan,
    key: `imports/${state.importCode}/errors.csv`,
    progress: state.report,
    async saveProgress(progress) {
      const now = Date.now();
      await tenant.db
        .update(imports)
        .set({
          report: progress,
          movedAt: now,
          leasedUntil: renew(imports, lease, now),
        })
        .where(and(eq(imports.id, state.id), eq(imports.status, STATUS.processing)));
    },
  };
}

async function writeParts(
  tenant: Tenant,
  files: R2Bucket,
  { importId, plan, key, saveProgress }: ErrorFile,
  begun: Progress | null,
  slice: Slice,
): Promise<boolean> {
  const options = { httpMetadata: { contentType: "text/csv; charset=utf-8" } };
  let upload = begun ? files.resumeMultipartUpload(key, begun.uploadId) : null;
  const parts = begun ? [...begun.parts] : [];
  const part = openPartBuffer();
  const surplus = begun?.surplus ?? (await surplusWidth(tenant, importId, plan));
  const columns = errorColumns(plan, surplus);

  const pages = pagesFrom(tenant, importId, columns, plan.delimiter, begun);
  for await (const { record, bytes: page, start } of pages) {
    for (let rest = page.subarray(start); rest.length > 0; ) {
      rest = rest.subarray(part.add(rest));
      if (!part.isFull()) continue;
      upload ??= await files.createMultipartUpload(key, options);
      parts.push(await upload.uploadPart(parts.length + 1, part.bytes()));
      part.clear();
      const skip = page.length - rest.length;
      const saved: Progress = { uploadId: upload.uploadId, parts, nextRecord: record, skip, surplus };
      await saveProgress(saved);
      if (await slice.over()) return false;
    }
  }
  const last = part.bytes();
  if (!upload) {
    await files.put(key, last, options);
    return true;
  }
  if (last.length > 0) parts.push(await upload.uploadPart(parts.length + 1, last));
  await upload.complete(parts);
  return true;
}

/** The file page by page, from where it stands; the header is the page of record 0. */
async function* pagesFrom(
  tenant: Tenant,
  importId: number,
  columns: ErrorColumns,
  delimiter: string | null,
  begun: Progress | null,
): AsyncGenerator<{ record: number; bytes: Uint8Array; start: number }> {
  const encoder = new TextEncoder();
  let start = begun?.skip ?? 0;
  const next = begun?.nextRecord ?? 0;
  if (next === 0) {
    yield { record: 0, bytes: encoder.encode(BOM + csv([columns.header], delimiter)), start };
    start = 0;
  }
  for await (const { from, rejections } of rejectionPages(tenant, importId, Math.max(1, next))) {
    await aMacrotask();
    const rows = rejections.map((rejection) => errorRow(columns, rejection));
    yield { record: from, bytes: encoder.encode(csv(rows, delimiter)), start };
    start = 0;
  }
}

/** With the delimiter of the original where that is detected; a file that comes back must not need it named again. */
function csv(rows: string[][], original: string | null): string {
  const newline = "\r\n";
  const delimiter = original !== null && DELIMITERS.includes(original) ? original : ",";
  return Papa.unparse(
    rows.map((cells) => cells.map(escapeCell)),
    { delimiter, newline },
  ).concat(newline);
}
