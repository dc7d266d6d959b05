import type * as z from "zod";
import { findCompanyHome } from "../../companies/queries.ts";
import type { Tenant } from "../../db/leads/tenant.ts";
import { settingsOf } from "../../env.ts";
import { AppError, fieldError } from "../../errors.ts";
import { bodyChunks } from "../../http/body/body-chunks.ts";
import { type FormPart, readForm } from "../../http/body/multipart.ts";
import type { Call } from "../../http/call.ts";
import { invalid } from "../../http/validation/validate.ts";
import type { Question } from "../../leads/lead-record.ts";
import { findCampaignQuestions } from "../../questions/campaign-questions.ts";
import { listStages } from "../../stages/queries.ts";
import { encodingOf } from "../readers/encodings/encodings.ts";
import type { ReadingHints } from "../reading-hints.ts";
import { checkTargets } from "./check-columns.ts";
import { checkValues } from "./check-values.ts";
import { tooLarge } from "./store-original.ts";
import { UploadFields } from "./upload-fields.ts";

/** What came with a file, checked, and the company that it is for. */
export interface Allowed {
  fields: z.output<typeof UploadFields>;
  tenant: Tenant;
  /** ISO 3166-1 alpha-2. */
  country: string | null;
  /** The companies above it. */
  ancestors: number[];
  /** Of the campaign that is named. */
  questions: Question[];
}

/** An upload that was read to its end. */
export interface ReadUpload {
  allowed: Allowed;
  /** As the form has it. */
  fileName: string;
}

/** Opens the company that a file is for. @param isDryRun whether the file is only tried. */
export type Authorize = (companyId: number, store: number | null, isDryRun: boolean) => Promise<Tenant>;

/** What a form may weigh beside its file. */
const FORM_BYTES = 1024 * 1024;
const NOT_A_FILE = ["application/json", "application/x-www-form-urlencoded"];

/** Refuses a body by its headers. @throws 413 or 415. */
export function refuseByHeaders(call: Call): void {
  const type = typeOf(call);
  const maxBytes = settingsOf(call.env).maxUploadBytes;
  if (Number(call.header("Content-Length") ?? 0) > maxBytes + FORM_BYTES) throw tooLarge(maxBytes);
  if (NOT_A_FILE.includes(type)) {
    throw new AppError("unsupported_media_type", "Send multipart/form-data, or the file itself as text/csv.");
  }
}

/**
 * Reads a body that is a form or the file itself. Whatever is wrong is said as early as it is known.
 *
 * @param file takes the bytes of the file, as they come.
 * @throws 403, 404, 413 or 422, naming the field; 400 for a body that is none, or that broke off.
 */
export async function readUpload(
  call: Call,
  authorize: Authorize,
  file: { write(bytes: Uint8Array): Promise<void> },
): Promise<ReadUpload> {
  const isForm = typeOf(call) === "multipart/form-data";
  const parts = isForm ? readForm(call.request) : bodyAsFile(call.request);
  return await receiveParts(parts, withoutEmpty(call.queries()), file, (fields) =>
    allow(call, authorize, fields),
  );
}

function typeOf(call: Call): string {
  return call.header("Content-Type")?.split(";")[0]?.trim().toLowerCase() ?? "";
}

async function receiveParts(
  parts: AsyncIterable<FormPart>,
  parameters: Record<string, string>,
  file: { write(bytes: Uint8Array): Promise<void> },
  check: (parameters: Record<string, string>) => Promise<Allowed>,
): Promise<ReadUpload> {
  let allowed: Allowed | undefined;
  let fileName: string | undefined;
  for await (const part of parts) {
    if (part.kind === "bytes") {
      await file.write(part.bytes);
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
  for await (const bytes of bodyChunks(request, { reusing: true })) yield { kind: "bytes", bytes };
}

/** Checks what comes with a file: its fields, then the company, then what the company must have. */
async function allow(call: Call, authorize: Authorize, parameters: Record<string, string>): Promise<Allowed> {
  const read = UploadFields.safeParse(parameters);
  if (!read.success) throw invalid("invalid_body", read.error, UploadFields);
  const fields = read.data;
  const home = await findCompanyHome(call.databases.directory, fields.company_id);
  const tenant = await authorize(fields.company_id, home?.store ?? null, isDryRun(fields));
  const { campaign_id: campaignId } = fields;
  const questions = campaignId ? await findCampaignQuestions(tenant, fields.company_id, campaignId) : [];
  if (!questions)
    throw fieldError("invalid_body", "campaign_id", "not_found", "the company has no such campaign");
  checkTargets(fields, questions);
  await checkValues(fields, {
    questions,
    stages: () => listStages(call.databases.directory),
    country: home?.country ?? null,
  });
  const ancestors = JSON.parse(home?.ancestors ?? "[]") as number[];
  return { fields, tenant, country: home?.country ?? null, ancestors, questions };
}

/** Whether a file is only tried: its leads are not written until that is asked for. */
export function isDryRun({ dry_run: dryRun }: z.output<typeof UploadFields>): boolean {
  return dryRun === "true";
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

/** Without a prototype, so that a field may be called `__proto__` and is refused like any other unknown one. */
function withoutEmpty(queries: ReturnType<Call["queries"]>): Record<string, string> {
  const parameters: Record<string, string> = Object.create(null);
  for (const [name, [value]] of Object.entries(queries)) {
    if (value) parameters[name] = value;
  }
  return parameters;
}
