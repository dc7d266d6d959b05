import { and, eq, ne, sql } from "drizzle-orm";
import { imports } from "../../../../db/leads/schema.ts";
import type { Tenant } from "../../../../db/leads/tenant.ts";
import { STALLED } from "../../../pipeline/stalled.ts";
import type { ImportRow } from "../../../queries.ts";
import type { EncodingGuess } from "../../../readers/encodings/guess-encoding.ts";
import { encodingOfParts, probePart } from "../../../readers/encodings/probe-part.ts";
import { STATUS } from "../../../state/status.ts";
import { countParts, SENT_PART_BYTES } from "../open-upload.ts";
import type { MultipartUpload } from "../queries.ts";

/** Failures that other fields do not mend: the file itself is another one, or gone, or the platform failed. */
const LASTING: ReadonlySet<string> = new Set([STALLED.code, "wrong_sha256", "original_missing"]);

/**
 * Whether the file of an import that has failed may be imported with other fields: it could not be read so, and nothing
 * of it was.
 *
 * @param others the names of the fields that differ: the company stays what it is.
 */
export function mayBeTriedAgain(row: ImportRow, others: readonly string[]): boolean {
  const { status, failureCode, createdRecords, failedRecords, fileKey } = row;
  const records =
    createdRecords + failedRecords + row.updatedRecords + row.unchangedRecords + row.duplicateRecords;
  return (
    status === STATUS.failed &&
    failureCode !== null &&
    !LASTING.has(failureCode) &&
    records === 0 &&
    fileKey !== "" &&
    others.length > 0 &&
    !others.includes("company_id")
  );
}

/**
 * Takes the file of an upload from imports that have failed: the next one has it, and no two share one.
 *
 * @param importCode the one that has it from now on.
 */
export async function handOver(
  { db }: Tenant,
  { fileKey }: Pick<MultipartUpload, "fileKey">,
  importCode: string,
): Promise<void> {
  await db
    .update(imports)
    .set({ fileKey: "" })
    .where(
      and(
        eq(imports.fileKey, fileKey),
        // The index has no others.
        sql`${imports.fileKey} <> ''`,
        ne(imports.importCode, importCode),
        sql`${imports.status} = ${sql.raw(String(STATUS.failed))}`,
      ),
    );
}

/** Whether R2 has an upload as one file already. */
export async function isWhole(files: R2Bucket, { fileKey, bytes }: MultipartUpload): Promise<boolean> {
  return (await files.head(fileKey))?.size === bytes;
}

/**
 * The encoding of a file whose parts are not known of any more: as it was guessed before, unless that may be what its
 * sender named, else by as much of it as its first part had.
 */
export async function encodingOfWhole(
  files: R2Bucket,
  upload: MultipartUpload,
  failed: ImportRow | null,
): Promise<EncodingGuess> {
  if (failed && failed.encodingConfidence !== "certain") {
    return { encoding: failed.encoding, confidence: failed.encodingConfidence };
  }
  const length = Math.min(upload.bytes, SENT_PART_BYTES);
  const head = await files.get(upload.fileKey, { range: { offset: 0, length } });
  const probe = probePart({ number: 1, of: countParts(upload) });
  if (head) probe.push(new Uint8Array(await head.arrayBuffer()));
  return encodingOfParts([probe.result()]);
}
