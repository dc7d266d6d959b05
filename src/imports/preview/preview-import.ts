import type * as z from "zod";
import type { CompanyActor } from "../../auth/actor.ts";
import { findCompanyLanguage } from "../../companies/queries.ts";
import { settingsOf } from "../../env.ts";
import { fieldError } from "../../errors.ts";
import { dropBody } from "../../http/body/body-chunks.ts";
import type { Call } from "../../http/request/call.ts";
import { listStages } from "../../stages/queries.ts";
import { duplicatesInFile } from "../matching/duplicates-in-file.ts";
import { FileProblem } from "../readers/file-problem.ts";
import { type Authorize, checkFields, readHints } from "../upload/checks/check-fields.ts";
import { readUpload, refuseByHeaders } from "../upload/read-upload.ts";
import { readPreview } from "./read-preview.ts";
import { findRemembered } from "./remembered/remembered-mapping.ts";
import { sampleOfUpload } from "./sample-of-upload.ts";
import type { ImportPreview } from "./schemas.ts";
import { viewPreview } from "./view-preview.ts";

/**
 * Shows what a file will become, of which nothing is stored.
 *
 * @throws 400, 403, 404, 413, 415 or 422, naming the field; of a file that an import could not read, why not.
 */
export async function previewImport(
  call: Call,
  actor: CompanyActor,
  authorize: Authorize,
): Promise<z.input<typeof ImportPreview>> {
  refuseByHeaders(call);
  const upload = sampleOfUpload(settingsOf(call.env).maxUploadBytes);
  try {
    const { directory } = call.databases;
    const ports = { actor, directory, authorize, now: call.now };
    const { allowed } = await readUpload(call, (texts) => checkFields(ports, texts), upload);
    const { fields, tenant, country, questions } = allowed;
    const [stages, language, remembered] = await Promise.all([
      listStages(directory),
      country === null ? findCompanyLanguage(directory, fields.company_id) : null,
      findRemembered(tenant, fields.company_id),
    ]);
    const said = {
      campaignId: fields.campaign_id ?? null,
      mapping: fields.mapping ?? null,
      constants: fields.constants ?? null,
      onDuplicate: fields.on_duplicate,
      matchBy: fields.match_by,
      createMissing: fields.create_missing === "true",
      source: fields.source ?? null,
    };
    const company = {
      tenant,
      companyId: fields.company_id,
      questions,
      stages,
      language,
      country,
      remembered,
    };
    try {
      const preview = await readPreview(company, upload.finish(), readHints(allowed), said);
      return viewPreview(preview, stages, duplicatesInFile(preview.first?.leads ?? [], preview.fields));
    } catch (error) {
      if (!(error instanceof FileProblem)) throw error;
      throw fieldError("invalid_body", fieldOf(error), error.code, error.message);
    }
  } catch (error) {
    await dropBody(call.request);
    throw error;
  }
}

/** The field of the upload that mends it. */
function fieldOf({ code }: FileProblem): string {
  if (code.startsWith("parent_")) return "parent_import_code";
  return code.startsWith("mapping_") ? "mapping" : "file";
}
