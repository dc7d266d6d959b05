import type * as z from "zod";
import { findCompanyHome } from "../../companies/queries.ts";
import type { Tenant } from "../../db/leads/tenant.ts";
import { settingsOf } from "../../env.ts";
import { AppError, fieldError } from "../../errors.ts";
import { BrokenOff, bodyChunks, dropBody } from "../../http/body/body-chunks.ts";
import { cleanFileName } from "../../http/body/file-names.ts";
import { type FormPart, readForm } from "../../http/body/multipart.ts";
import type { Call } from "../../http/call.ts";
import { invalid } from "../../http/validation/validate.ts";
import { log } from "../../log.ts";
import { findCampaignQuestions } from "../../questions/campaign-questions.ts";
import { encodingOf } from "../readers/encodings/encodings.ts";
import type { ReadingHints } from "../reading-hints.ts";
import { checkHeader, checkTargets } from "./check-columns.ts";
import { type OriginalUpload, type StoredFile, storeOriginal, tooLarge } from "./store-original.ts";
import { UploadFields } from "./upload-fields.ts";
import { MAX_UPLOAD_MS, openUpload } from "./upload-row.ts";

/** What came with a file, checked, and the company that it is for. */
interface Allowed {
  fields: z.output<typeof UploadFields>;
  tenant: Tenant;
  /** ISO 3166-1 alpha-2. */
  country: string | null;
  /** The companies above it. */
  ancestors: number[];
}

/** An upload that was allowed, checked and stored: what is left is to start the import. */
export interface ReceivedUpload extends Allowed {
  fileName: string;
  file: StoredFile;
  fileKey: string;
  /** Says that an import has the file. */
  close(): Promise<void>;
  /** Removes a file that no import has. */
  discard(): Promise<void>;
}

type Authorize = (companyId: number, store: number | null) => Promise<Tenant>;

const DEFAULT_NAME = "leads.csv";
/** What a form may weigh beside its file. */
const FORM_BYTES = 1024 * 1024;
const NOT_A_FILE = ["application/json", "application/x-www-form-urlencoded"];

/**
 * Takes a file and what comes with it out of the request's body, which is a form or the file itself. Whatever is
 * wrong is said as early as it is known, and a file that was refused is not kept.
 *
 * @param userId who sends it.
 * @throws 403, 404, 413, 415 or 422, naming the field; 400 for a body that is none, or that broke off.
 */
export async function receiveUpload(
  call: Call,
  userId: number,
  authorize: Authorize,
): Promise<ReceivedUpload> {
  const type = call.header("Content-Type")?.split(";")[0]?.trim().toLowerCase() ?? "";
  const maxBytes = settingsOf(call.env).maxUploadBytes;
  if (Number(call.header("Content-Length") ?? 0) > maxBytes + FORM_BYTES) throw tooLarge(maxBytes);
  if (NOT_A_FILE.includes(type)) {
    throw new AppError("unsupported_media_type", "Send multipart/form-data, or the file itself as text/csv.");
  }
  const parameters = withoutEmpty(call.queries());
  const row = openUpload(call.databases.directoryClient, userId, Date.now());
  const upload = storeOriginal(call.env.FILES, row.fileKey, maxBytes, row.beforeFirstByte);
  try {
    const parts = type === "multipart/form-data" ? readForm(call.request) : bodyAsFile(call.request);
    const { allowed, fileName } = await receiveParts(parts, parameters, upload, (fields) =>
      allow(call, authorize, fields),
    );
    const file = await upload.finish();
    if (Date.now() - row.startedAt > MAX_UPLOAD_MS) throw tooSlow();
    const { fields } = allowed;
    const hints = readHints(fields);
    const stored = { ...hints, fileKey: row.fileKey, bytes: file.bytes };
    await checkHeader(call.env.FILES, fields.mapping ?? {}, {
      ...stored,
      encoding: hints.encoding ?? file.encoding.encoding,
    });
    const { fileKey, close } = row;
    const discard = () => row.discard(upload, call.env.FILES);
    return {
      ...allowed,
      fileKey,
      close,
      discard,
      file,
      fileName: cleanFileName(allowed.fields.file_name ?? fileName) || DEFAULT_NAME,
    };
  } catch (error) {
    await row.discard(upload, call.env.FILES);
    await dropBody(call.request);
    if (error instanceof BrokenOff) log("info", "upload.broken_off", { user_id: userId });
    throw error;
  }
}

async function receiveParts(
  parts: AsyncIterable<FormPart>,
  parameters: Record<string, string>,
  upload: OriginalUpload,
  check: (parameters: Record<string, string>) => Promise<Allowed>,
): Promise<{ allowed: Allowed; fileName: string }> {
  let allowed: Allowed | undefined;
  let fileName: string | undefined;
  for await (const part of parts) {
    if (part.kind === "bytes") {
      await upload.write(part.bytes);
    } else if (part.kind === "field") {
      if (Object.hasOwn(parameters, part.name))
        throw fieldError("invalid_body", part.name, "repeated", "is given twice");
      if (part.value !== "") parameters[part.name] = part.value;
      allowed = undefined;
    } else {
      if (part.name !== "file") {
        throw fieldError(
          "invalid_body",
          part.name,
          "unknown_field",
          "is not where a file goes: name it `file`",
        );
      }
      if (fileName !== undefined)
        throw fieldError("invalid_body", "file", "repeated", "is given twice: one a request");
      fileName = part.fileName.trim();
      // Where the company is named before the file, nothing of a refused one is stored.
      if (Object.hasOwn(parameters, "company_id")) allowed = await check(parameters);
    }
  }
  if (fileName === undefined)
    throw fieldError("invalid_body", "file", "required", "is missing: send the file in it");
  return { allowed: allowed ?? (await check(parameters)), fileName };
}

/** A raw body as the one file of a form. */
async function* bodyAsFile(request: Request): AsyncGenerator<FormPart> {
  yield { kind: "file", name: "file", fileName: "" };
  for await (const bytes of bodyChunks(request)) yield { kind: "bytes", bytes };
}

/** Checks what comes with a file: its fields, then the company, then what the company must have. */
async function allow(call: Call, authorize: Authorize, parameters: Record<string, string>): Promise<Allowed> {
  const read = UploadFields.safeParse(parameters);
  if (!read.success) throw invalid("invalid_body", read.error, UploadFields);
  const fields = read.data;
  const home = await findCompanyHome(call.databases.directory, fields.company_id);
  const tenant = await authorize(fields.company_id, home?.store ?? null);
  const { campaign_id: campaignId } = fields;
  const questions = campaignId ? await findCampaignQuestions(tenant, fields.company_id, campaignId) : [];
  if (!questions)
    throw fieldError("invalid_body", "campaign_id", "not_found", "the company has no such campaign");
  checkTargets(fields, questions);
  const ancestors = JSON.parse(home?.ancestors ?? "[]") as number[];
  return { fields, tenant, country: home?.country ?? null, ancestors };
}

/** What the sender knows of how to read the file. */
export function readHints({
  encoding,
  delimiter,
  header_row: row,
  sheet,
}: z.output<typeof UploadFields>): ReadingHints {
  return {
    encoding: encoding === "auto" ? null : encodingOf(encoding),
    delimiter: delimiter === "auto" ? null : delimiter === "tab" ? "\t" : delimiter,
    headerLine: row === "auto" ? null : Number(row),
    sheet: sheet === "auto" ? null : sheet,
  };
}

function tooSlow(): AppError {
  const detail = "took more than six hours to arrive: split it and send the parts one after another";
  return fieldError("payload_too_large", "file", "too_slow", detail);
}

/** Without a prototype, so that a field may be called `__proto__` and is refused like any other unknown one. */
function withoutEmpty(queries: ReturnType<Call["queries"]>): Record<string, string> {
  const parameters: Record<string, string> = Object.create(null);
  for (const [name, [value]] of Object.entries(queries)) {
    if (value) parameters[name] = value;
  }
  return parameters;
}
