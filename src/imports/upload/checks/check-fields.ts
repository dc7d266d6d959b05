import type * as z from "zod";
import type { CompanyActor } from "../../../auth/actor.ts";
import { isLinked } from "../../../auth/api-keys/linked-actor.ts";
import { companyHome } from "../../../companies/queries.ts";
import type { DirectoryDb } from "../../../db/clients.ts";
import type { Tenant } from "../../../db/leads/tenant.ts";
import { fieldError } from "../../../errors.ts";
import { invalid } from "../../../http/validation/validate.ts";
import type { Question } from "../../../leads/lead-record.ts";
import { type ImportQuota, quotaHolder, quotaOf } from "../../../memberships/limits.ts";
import { findCampaignQuestions } from "../../../questions/campaign-questions.ts";
import { listStages } from "../../../stages/queries.ts";
import { encodingOf } from "../../readers/encodings/encodings.ts";
import type { ReadingHints } from "../../reading-hints.ts";
import { findReadImport } from "../../resend/find-parent.ts";
import { UploadFields } from "../upload-fields.ts";
import { checkTargets } from "./check-columns.ts";
import { checkValues } from "./check-values.ts";
import { withinLink } from "./within-link.ts";

/** What came with a file, checked, and the company that it is for. */
export interface Allowed {
  fields: z.output<typeof UploadFields>;
  /** The names of those that were sent: the others have their defaults. */
  sent: string[];
  tenant: Tenant;
  /** ISO 3166-1 alpha-2. */
  country: string | null;
  /** The companies above it. */
  ancestors: number[];
  /** Of the campaign that is named. */
  questions: Question[];
  /** How many imports the company may start; `null` where there is no limit, as for a dry run. */
  quota: ImportQuota | null;
}

/** Opens the lead store of a company for a caller who may import there. @throws 403 or 404. */
export type Authorize = (companyId: number, store: Promise<number | null>) => Promise<Tenant>;

/** What checking fields needs from outside. */
export interface FieldPorts {
  actor: CompanyActor;
  directory: DirectoryDb;
  authorize: Authorize;
  /** Milliseconds since 1970. */
  now: number;
}

/**
 * Checks what comes with a file: its fields, then the company, then what the company must have.
 *
 * @param said the fields by their names.
 * @throws 403, 404 or 422, naming the field.
 */
export async function checkFields(
  { actor, directory, authorize, now }: FieldPorts,
  said: Record<string, string>,
): Promise<Allowed> {
  const texts = isLinked(actor) ? withinLink(actor, said) : said;
  const read = UploadFields.safeParse(texts);
  if (!read.success) throw invalid("invalid_body", read.error, UploadFields);
  const fields = read.data;
  const { company_id: companyId, campaign_id: campaignId } = fields;
  const asked = directory.batch([companyHome(directory, companyId), quotaHolder(directory, companyId)]);
  const tenant = await authorize(
    companyId,
    asked.then(([[home]]) => home?.store ?? null),
  );
  const [[home], holder] = await asked;
  const country = home?.country ?? null;
  const questions = campaignId ? await findCampaignQuestions(tenant, companyId, campaignId) : [];
  if (!questions)
    throw fieldError("invalid_body", "campaign_id", "not_found", "the company has no such campaign");
  const { parent_import_code: parent } = fields;
  if (parent !== undefined) {
    const sent = await findReadImport(tenant, companyId, parent);
    if (!sent || (isLinked(actor) && sent.importedBy !== actor.keyId)) {
      const detail = "the company has no such import, or its file has not been read yet";
      throw fieldError("invalid_body", "parent_import_code", "not_found", detail);
    }
  }
  checkTargets(fields, questions);
  await checkValues(fields, { questions, stages: () => listStages(directory), country });
  const ancestors = JSON.parse(home?.ancestors ?? "[]") as number[];
  return {
    fields,
    sent: Object.keys(texts),
    tenant,
    country,
    ancestors,
    questions,
    quota: isDryRun(fields) ? null : quotaOf(holder, now),
  };
}

/** Whether a file is only tried: its leads are not written until that is asked for. */
export function isDryRun({ dry_run: dryRun }: z.output<typeof UploadFields>): boolean {
  return dryRun === "true";
}

/** What the sender knows of how to read the file. */
export function readHints({ fields, sent }: Pick<Allowed, "fields" | "sent">): ReadingHints {
  const { encoding, delimiter, header_row: row, sheet, parent_import_code: parent } = fields;
  return {
    sent,
    encoding: encoding === "auto" ? null : encodingOf(encoding),
    delimiter: delimiter === "auto" ? null : delimiter === "tab" ? "\t" : delimiter,
    headerLine: row === "auto" ? null : Number(row),
    sheet: sheet === "auto" ? null : sheet,
    ...(parent !== undefined && { parent }),
  };
}
