import { and, eq, gt, isNull, lte, or, type SQL, sql } from "drizzle-orm";
import { keyedRequests, multipartUploads, uploadedParts } from "../db/directory/schema.ts";
import { type ErasedPerson, imports } from "../db/leads/schema.ts";
import { dropAnswers } from "../http/idempotency/erase-answers.ts";
import { deleteUploads, type MultipartUpload } from "../imports/upload/parts/queries.ts";
import { removeFile } from "../imports/upload/r2/remove-file.ts";
import type { Slice } from "../jobs/slice.ts";
import { dots } from "../leads/erase/blank-statements.ts";
import { checkpoint, type Erasure, type ErasurePorts } from "./erasure-state.ts";
import { namesFile } from "./find/in-names.ts";
import { ERASED } from "./ledger.ts";
import { addPlaces, paddedPerson } from "./person.ts";

/** Each takes two calls of R2. */
const PAGE_ROWS = 50;

/** How far it is: the last upload that was looked at, of those of the company and then of those of none. */
type Progress = { of: "company" | "none"; after: number };

/**
 * Gives up the uploads in parts that were begun before a person was erased and whose file no import has, since nobody
 * has read who is in them: those of the company, and those of its users and keys that name none yet. None of them can
 * become an import of the company any more (see {@link file://../imports/pipeline/start-import.ts}). Of the others only
 * a name that is the person's goes.
 *
 * @returns whether that is done; where not, the slice was over before.
 */
export async function eraseUploads(ports: ErasurePorts, erasure: Erasure, slice: Slice): Promise<boolean> {
  let progress = (erasure.progress as Progress | null) ?? { of: "company", after: 0 };
  let person = erasure.person as ErasedPerson;
  for (;;) {
    const page = await uploadsFrom(ports, erasure, progress);
    if (page.length > 0) {
      person = await notePlaces(ports, erasure, person, page);
      await eraseFrom(ports, erasure, page);
    }
    const last = page.at(-1);
    if (last) progress = { ...progress, after: last.id };
    else if (progress.of === "company") progress = { of: "none", after: 0 };
    else return true;
    if (await slice.over()) {
      await checkpoint(ports, erasure, { progress });
      return false;
    }
  }
}

async function uploadsFrom(
  { directory }: ErasurePorts,
  { companyId, createdAt }: Erasure,
  { of, after }: Progress,
): Promise<MultipartUpload[]> {
  const { companyId: named, id } = multipartUploads;
  return await directory
    .select()
    .from(multipartUploads)
    .where(
      and(
        of === "company" ? eq(named, companyId) : and(isNull(named), reaches(companyId)),
        gt(id, after),
        lte(multipartUploads.createdAt, createdAt),
      ),
    )
    .orderBy(id)
    .limit(PAGE_ROWS);
}

/**
 * Which uploads can become imports of a company: those of its API keys, even if who made them has left,
 * and of keys above it; else those of users with an access to it or above it, and of operators.
 */
function reaches(companyId: number): SQL {
  const { userId, keyId } = multipartUploads;
  const isAbove = (id: SQL) =>
    sql`EXISTS (SELECT 1 FROM company_ancestors a WHERE a.company_id = ${companyId} AND a.ancestor_id = ${id})`;
  return sql`iif(${keyId} IS NOT NULL,
    ${isAbove(sql`(SELECT k.company_id FROM api_keys k WHERE k.id = ${keyId})`)},
    EXISTS (SELECT 1 FROM access_roots r WHERE r.user_id = ${userId} AND ${isAbove(sql`r.company_id`)})
      OR EXISTS (SELECT 1 FROM users u WHERE u.id = ${userId} AND u.operator))`;
}

/**
 * Notes where uploads stand, and the parts of uploads: what these say of bytes of the file is gone already of those
 * whose import is decided.
 */
async function notePlaces(
  ports: ErasurePorts,
  erasure: Erasure,
  person: ErasedPerson,
  page: MultipartUpload[],
): Promise<ErasedPerson> {
  const parts = await ports.directory.all<{ place: number }>(sql`
    SELECT rowid AS place FROM ${uploadedParts} WHERE ${uploadedParts.uploadId} ${among(page)}
    UNION SELECT coalesce(max(rowid), 0) FROM ${uploadedParts} ORDER BY place`);
  const places = addPlaces(
    addPlaces(
      person,
      "uploads",
      page.map(({ id }) => id),
    ),
    "parts",
    parts.map(({ place }) => place),
  );
  await checkpoint(ports, erasure, { person: paddedPerson(places) });
  return places;
}

async function eraseFrom(ports: ErasurePorts, erasure: Erasure, page: MultipartUpload[]): Promise<void> {
  const { directory, files } = ports;
  const imported = await importedOf(ports, page);
  const unread = page.filter(({ fileKey }) => !imported.has(fileKey));
  // From here on nothing is added to them; of one that became an import of another company meanwhile, nothing goes.
  const abandoned = await directory
    .update(multipartUploads)
    .set({ expiresAt: ports.now() })
    .where(
      and(
        sql`${multipartUploads.id} ${among(unread)}`,
        or(isNull(multipartUploads.importCode), eq(multipartUploads.companyId, erasure.companyId)),
      ),
    )
    .returning();
  for (const { fileKey, multipartId } of abandoned) await removeFile(files, fileKey, multipartId);
  const person = erasure.person as ErasedPerson;
  const named = page.filter(({ fileKey, fileName }) => imported.has(fileKey) && namesFile(fileName, person));
  // What is deleted becomes dots first, and names that are the person's as well.
  await directory.batch([
    ...dropAnswers(
      directory,
      sql`operation IN ('openUpload', 'completeUpload') AND ${keyedRequests.objectId} ${among(abandoned)}`,
    ),
    ...deleteUploads(directory, among(abandoned), ports.now()),
    directory
      .update(multipartUploads)
      .set({ fileName: dots(multipartUploads.fileName) })
      .where(sql`${multipartUploads.id} ${among(named)}`),
    directory
      .update(multipartUploads)
      .set({ fileName: ERASED })
      .where(sql`${multipartUploads.id} ${among(named)}`),
  ]);
}

/** The files of those uploads that an import of the company has. */
async function importedOf({ tenant }: ErasurePorts, page: MultipartUpload[]): Promise<Set<string>> {
  const codes = JSON.stringify(page.flatMap(({ importCode }) => importCode ?? []));
  const rows = await tenant.db
    .select({ fileKey: imports.fileKey })
    .from(imports)
    .where(sql`${imports.importCode} IN (SELECT value FROM json_each(${codes}))`);
  return new Set(rows.map(({ fileKey }) => fileKey));
}

function among(rows: { id: number }[]): SQL {
  return sql`IN (SELECT value FROM json_each(${JSON.stringify(rows.map(({ id }) => id))}))`;
}
