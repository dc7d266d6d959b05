import { and, eq, gt, isNull, or, sql } from "drizzle-orm";
import { carryAfterAnswer } from "../../../../audit/outbox/carry.ts";
import type { CompanyActor } from "../../../../auth/actor.ts";
import { isLinked } from "../../../../auth/api-keys/linked-actor.ts";
import { multipartUploads } from "../../../../db/directory/schema.ts";
import type { Tenant } from "../../../../db/leads/tenant.ts";
import { AppError, fieldError, notFound } from "../../../../errors.ts";
import { cleanFileName } from "../../../../http/body/file-names.ts";
import { type Creation, UNKEYED } from "../../../../http/idempotency/creation.ts";
import type { Call } from "../../../../http/request/call.ts";
import { requireImportLeft } from "../../../../memberships/limits.ts";
import { createImportCode, storeOfImportCode } from "../../../import-code.ts";
import { findImport, type ImportRow } from "../../../queries.ts";
import type { EncodingGuess } from "../../../readers/encodings/guess-encoding.ts";
import { encodingOfParts } from "../../../readers/encodings/probe-part.ts";
import { requireNobodyErased } from "../../../state/erased-since.ts";
import { checkHeader } from "../../checks/check-columns.ts";
import { type Allowed, type Authorize, checkFields, readHints } from "../../checks/check-fields.ts";
import { withinLink } from "../../checks/within-link.ts";
import { DEFAULT_NAME } from "../../receive-upload.ts";
import { startPorts, startReceived } from "../../start-received.ts";
import { endUpload } from "../end-upload.ts";
import { countParts } from "../open-upload.ts";
import {
  deleteParts,
  listParts,
  type MultipartUpload,
  type OpenUpload,
  type UploadedPart,
} from "../queries.ts";
import { assemble, requireAllParts } from "./assemble.ts";
import { completedOtherwise, findOtherFields } from "./compare-fields.ts";
import { probesOf } from "./probe-stored.ts";
import { encodingOfWhole, handOver, isWhole, mayBeTriedAgain } from "./try-again.ts";

interface Input {
  call: Call;
  actor: CompanyActor;
  upload: OpenUpload;
  authorize: Authorize;
  /** The fields of the import, as texts. */
  texts: Record<string, string>;
}

/**
 * Starts the import of a file whose parts have all come. However often it is called, there is one import: which one is
 * decided by the upload's row, and an import has a code once. Only one that has failed because the file could not be
 * read so makes place for another one, with other fields: its parts need not be sent again.
 *
 * @returns the import.
 * @throws 402 to 422 as `POST /import` does; 409 where parts are missing, a person was erased since the upload
 * began, or the file is imported with other fields.
 */
export async function completeUpload(asked: Input, creation: Creation): Promise<ImportRow> {
  const { actor, call, upload } = asked;
  const texts = isLinked(actor) ? withinLink(actor, asked.texts) : asked.texts;
  const input = { ...asked, texts };
  const started = await findStarted(input);
  const others = started && (await findOtherFields(started.tenant, started.row, texts, nameOf(input)));
  if (started && others && !mayBeTriedAgain(started.row, others)) {
    if (others.length > 0) throw completedOtherwise(started.row, others);
    await decideImport(call, upload, started.row, null, creation);
    return started.row;
  }
  const failed = started?.row ?? null;
  const { allowed, parts } = await checkUpload(input);
  const { fields, tenant } = allowed;
  const [encoding] = await Promise.all([
    makeWhole(call, upload, parts, failed),
    // The statement that starts the import asks again; until then the upload can still go to another company.
    requireNobodyErased(tenant, fields.company_id, upload.createdAt),
  ]);
  await checkUploadedHeader(call, upload, allowed, encoding);
  const importCode = createImportCode(tenant.store);
  const decided = await decideImport(
    call,
    upload,
    { importCode, companyId: fields.company_id },
    failed,
    creation,
  );
  // Also where another request has decided so, and died before that.
  if (upload.importCode !== null) await handOver(tenant, upload, decided.importCode);
  const row = await start(input, tenant, decided, {
    ...allowed,
    fileKey: upload.fileKey,
    begunAt: upload.createdAt,
    fileName: nameOf(input),
    file: { bytes: upload.bytes, sha256: upload.sha256, encoding, promised: upload.sha256 !== null },
  });
  carryAfterAnswer(call, tenant.store);
  call.waitUntil(dropParts(call, upload));
  return row;
}

/** What the file is called: as is said now, or as it was said with the upload. */
function nameOf({ texts, upload }: Input): string {
  return cleanFileName(texts.file_name ?? upload.fileName) || DEFAULT_NAME;
}

/** The import that the upload was completed for, if it is there. */
async function findStarted({
  upload,
  authorize,
}: Input): Promise<{ tenant: Tenant; row: ImportRow } | undefined> {
  const { importCode, companyId } = upload;
  if (importCode === null || companyId === null) return undefined;
  const tenant = await authorize(companyId, Promise.resolve(storeOfImportCode(importCode)));
  const row = await findImport(tenant, importCode);
  return row && { tenant, row };
}

/**
 * Checks the fields, and that all parts are there.
 *
 * @returns with the parts, `null` where they are one file already that an import had.
 */
async function checkUpload({ call, actor, upload, authorize, texts }: Input) {
  const { companyId } = upload;
  const named = texts.company_id;
  if (named !== undefined && companyId !== null && Number(named) !== companyId) {
    throw upload.importCode === null ? openedForOther(named, companyId) : importedElsewhere(companyId);
  }
  const { directory } = call.databases;
  const received = listParts(directory, upload.id);
  received.catch(() => {});
  const known = named === undefined && companyId !== null ? { company_id: String(companyId) } : {};
  const allowed = await checkFields({ actor, directory, authorize, now: call.now }, { ...texts, ...known });
  const importLeft = allowed.quota && requireImportLeft(allowed.tenant, allowed.quota);
  importLeft?.catch(() => {});
  const parts = await received;
  const hadImport = upload.importCode !== null && parts.length < countParts(upload);
  const whole = hadImport && (await isWhole(call.env.FILES, upload));
  if (!whole) requireAllParts(upload, parts);
  await importLeft;
  return { allowed, parts: whole ? null : parts };
}

/** Makes one file of the parts, unless it is one. @param parts `null` where it is. @returns its encoding. */
async function makeWhole(
  { env, databases, now }: Call,
  upload: OpenUpload,
  parts: UploadedPart[] | null,
  failed: ImportRow | null,
): Promise<EncodingGuess> {
  const files = env.FILES;
  if (parts === null) return await encodingOfWhole(files, upload, failed);
  const size = await assemble({ files, directoryClient: databases.directoryClient }, upload, parts);
  if (size !== upload.bytes) {
    await endUpload({ directory: databases.directory, files }, upload, now);
    throw otherSize(upload, size);
  }
  return encodingOfParts(await probesOf(files, upload, parts));
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
    isWholeChecked: true,
    fileKey: upload.fileKey,
    bytes: upload.bytes,
    encoding: hints.encoding ?? encoding,
  });
}

interface Decided {
  importCode: string;
  companyId: number;
}

/** Decides which import an upload is for, unless that is decided already. @param failed the one that makes place. */
async function decideImport(
  { databases: { directory }, now }: Call,
  { id }: MultipartUpload,
  { importCode, companyId }: Decided,
  failed: Decided | null,
  creation: Creation,
): Promise<Decided> {
  const { importCode: decided } = multipartUploads;
  const isOpen = failed ? or(isNull(decided), eq(decided, failed.importCode)) : isNull(decided);
  const [, [row]] = await directory.batch([
    directory
      .update(multipartUploads)
      .set({ importCode, companyId })
      // One that was deleted in this moment is none to be decided.
      .where(and(eq(multipartUploads.id, id), isOpen, gt(multipartUploads.expiresAt, now))),
    directory.select().from(multipartUploads).where(eq(multipartUploads.id, id)),
    ...creation.record(directory, id),
  ]);
  if (row?.importCode == null || row.companyId === null) throw notFound();
  if (row.companyId !== companyId) throw importedElsewhere(row.companyId);
  return { importCode: row.importCode, companyId };
}

/** Starts the import, or finds that another request has. @throws 409 where that one had other fields. */
async function start(
  input: Input,
  tenant: Tenant,
  { importCode }: Decided,
  received: Parameters<typeof startReceived>[1],
): Promise<ImportRow> {
  try {
    return await startReceived(startPorts(input.call, input.actor, UNKEYED), received, importCode);
  } catch (error) {
    const row = await findImport(tenant, importCode).catch(() => undefined);
    if (!row) throw error;
    const others = await findOtherFields(tenant, row, input.texts, received.fileName);
    if (others.length > 0) throw completedOtherwise(row, others);
    return row;
  }
}

/** What parts say of the file is in its import now. */
async function dropParts({ databases: { directory } }: Call, { id }: MultipartUpload): Promise<void> {
  // Where that fails, the sweeper deletes them with the upload.
  await directory.batch(deleteParts(directory, sql`= ${id}`)).catch(() => {});
}

function otherSize({ bytes }: MultipartUpload, size: number): AppError {
  const detail = `the upload was opened for ${bytes} bytes, and its parts have ${size}: open a new one and send them again`;
  return fieldError("invalid_body", [], "wrong_length", detail);
}

function openedForOther(named: string, companyId: number): AppError {
  const detail = `is ${named}, and the upload was opened for company ${companyId}: send the same, or leave it out`;
  return fieldError("invalid_body", "company_id", "contradiction", detail);
}

function importedElsewhere(companyId: number): AppError {
  return new AppError("upload_complete", `The file is being imported into company ${companyId}.`);
}
