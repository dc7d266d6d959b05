import { and, eq, gt, isNull } from "drizzle-orm";
import { carryAfterAnswer } from "../../../audit/outbox/carry.ts";
import type { UserActor } from "../../../auth/actor.ts";
import { multipartUploads, uploadedParts } from "../../../db/directory/schema.ts";
import type { Tenant } from "../../../db/leads/tenant.ts";
import { AppError, fieldError, notFound } from "../../../errors.ts";
import { cleanFileName } from "../../../http/body/file-names.ts";
import { type Creation, UNKEYED } from "../../../http/idempotency/creation.ts";
import type { Call } from "../../../http/request/call.ts";
import { requireImportLeft } from "../../../memberships/limits.ts";
import { createImportCode, storeOfImportCode } from "../../import-code.ts";
import { findImport, type ImportRow } from "../../queries.ts";
import type { EncodingGuess } from "../../readers/encodings/guess-encoding.ts";
import { encodingOfParts } from "../../readers/encodings/probe-part.ts";
import { requireNobodyErased } from "../../state/erased-since.ts";
import { checkHeader } from "../checks/check-columns.ts";
import { type Allowed, type Authorize, checkFields, readHints } from "../checks/check-fields.ts";
import { DEFAULT_NAME } from "../receive-upload.ts";
import { startPorts, startReceived } from "../start-received.ts";
import { assemble, requireAllParts } from "./assemble.ts";
import { listParts, type MultipartUpload, type OpenUpload } from "./queries.ts";

interface Input {
  call: Call;
  actor: UserActor;
  upload: OpenUpload;
  authorize: Authorize;
  /** The fields of the import, as texts. */
  texts: Record<string, string>;
}

/**
 * Starts the import of a file whose parts have all come. However often it is called, there is one import: which one is
 * decided by the upload's row, and an import has a code once.
 *
 * @returns the import.
 * @throws 402 to 422 as `POST /import` does; 409 where parts are missing, a person was erased since the
 * upload began, or the file is imported into another company.
 */
export async function completeUpload(input: Input, creation: Creation): Promise<ImportRow> {
  const { call, actor, upload } = input;
  const started = await findStarted(input);
  if (started) {
    await decideImport(call, upload, started, creation);
    return started;
  }
  const { allowed, parts } = await checkUpload(input);
  const { fields, tenant } = allowed;
  const { env, databases } = call;
  await Promise.all([
    assemble({ files: env.FILES, directoryClient: databases.directoryClient }, upload, parts),
    // The statement that starts the import asks again; until then the upload can still go to another company.
    requireNobodyErased(tenant, fields.company_id, upload.createdAt),
  ]);
  const encoding = encodingOfParts(parts.flatMap(({ probe }) => probe ?? []));
  await checkUploadedHeader(call, upload, allowed, encoding);
  const importCode = createImportCode(tenant.store);
  const decided = await decideImport(call, upload, { importCode, companyId: fields.company_id }, creation);
  const row = await start(startPorts(call, actor, UNKEYED), tenant, decided, {
    ...allowed,
    fileKey: upload.fileKey,
    begunAt: upload.createdAt,
    fileName: cleanFileName(fields.file_name ?? upload.fileName) || DEFAULT_NAME,
    file: { bytes: upload.bytes, sha256: upload.sha256, encoding, promised: upload.sha256 !== null },
  });
  carryAfterAnswer(call, tenant.store);
  call.waitUntil(dropParts(call, upload));
  return row;
}

/** The import that the upload was completed for, if it is there. */
async function findStarted({ upload, authorize }: Input): Promise<ImportRow | undefined> {
  const { importCode, companyId } = upload;
  if (importCode === null || companyId === null) return undefined;
  const tenant = await authorize(companyId, Promise.resolve(storeOfImportCode(importCode)));
  return findImport(tenant, importCode);
}

/** Checks the fields, and that all parts are there. */
async function checkUpload({ call, upload, authorize, texts }: Input) {
  const { companyId } = upload;
  const named = texts.company_id;
  if (named !== undefined && companyId !== null && Number(named) !== companyId) {
    throw upload.importCode === null ? openedForOther(named, companyId) : importedElsewhere(companyId);
  }
  const { directory } = call.databases;
  const received = listParts(directory, upload.id);
  received.catch(() => {});
  const known = named === undefined && companyId !== null ? { company_id: String(companyId) } : {};
  const allowed = await checkFields({ directory, authorize, now: call.now }, { ...texts, ...known });
  const parts = await received;
  requireAllParts(upload, parts);
  if (allowed.quota) await requireImportLeft(allowed.tenant, allowed.quota);
  return { allowed, parts };
}

/** Checks that the file has the header row and the columns that the fields name. */
async function checkUploadedHeader(
  { env }: Call,
  upload: OpenUpload,
  { fields, sent }: Allowed,
  { encoding }: EncodingGuess,
): Promise<void> {
  const hints = readHints({ fields, sent });
  await checkHeader(env.FILES, fields.mapping ?? {}, {
    ...hints,
    fileKey: upload.fileKey,
    bytes: upload.bytes,
    encoding: hints.encoding ?? encoding,
  });
}

interface Decided {
  importCode: string;
  companyId: number;
}

/** Decides which import an upload is for, unless that is decided already. */
async function decideImport(
  { databases: { directory }, now }: Call,
  { id }: MultipartUpload,
  { importCode, companyId }: Decided,
  creation: Creation,
): Promise<Decided> {
  const [, [row]] = await directory.batch([
    directory
      .update(multipartUploads)
      .set({ importCode, companyId })
      .where(
        and(
          eq(multipartUploads.id, id),
          isNull(multipartUploads.importCode),
          // One that was deleted in this moment is none to be decided.
          gt(multipartUploads.expiresAt, now),
        ),
      ),
    directory.select().from(multipartUploads).where(eq(multipartUploads.id, id)),
    ...creation.record(directory, id),
  ]);
  if (row?.importCode == null || row.companyId === null) throw notFound();
  if (row.companyId !== companyId) throw importedElsewhere(row.companyId);
  return { importCode: row.importCode, companyId };
}

/** Starts the import, or finds that another request has. */
async function start(
  ports: ReturnType<typeof startPorts>,
  tenant: Tenant,
  { importCode }: Decided,
  received: Parameters<typeof startReceived>[1],
): Promise<ImportRow> {
  try {
    return await startReceived(ports, received, importCode);
  } catch (error) {
    const row = await findImport(tenant, importCode).catch(() => undefined);
    if (row) return row;
    throw error;
  }
}

/** What parts say of the file is in its import now. */
async function dropParts({ databases: { directory } }: Call, { id }: MultipartUpload): Promise<void> {
  await directory
    .delete(uploadedParts)
    .where(eq(uploadedParts.uploadId, id))
    // The sweeper deletes them with the upload.
    .catch(() => {});
}

function openedForOther(named: string, companyId: number): AppError {
  const detail = `is ${named}, and the upload was opened for company ${companyId}: send the same, or leave it out`;
  return fieldError("invalid_body", "company_id", "contradiction", detail);
}

function importedElsewhere(companyId: number): AppError {
  return new AppError("upload_complete", `The file is being imported into company ${companyId}.`);
}
