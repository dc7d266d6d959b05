import { eq } from "drizzle-orm";
import type { CompanyActor } from "../../auth/actor.ts";
import type { DirectoryDb } from "../../db/clients.ts";
import { companies } from "../../db/directory/schema.ts";
import type { leads } from "../../db/leads/schema.ts";
import type { Tenant } from "../../db/leads/tenant.ts";
import { fieldError } from "../../errors.ts";
import { findCampaignQuestions } from "../../questions/campaign-questions.ts";
import { listStages } from "../../stages/queries.ts";
import type { Question } from "../lead-record.ts";
import type { LeadRow } from "../queries.ts";
import { readAnswers } from "./read-answers.ts";
import { readContact } from "./read-contact.ts";
import { customFieldsOf, readTexts } from "./read-fields.ts";
import { resolveAssignee } from "./resolve-assignee.ts";
import type { LeadInput } from "./write-schemas.ts";

/** The columns that a request can set. */
export type LeadColumns = Omit<
  typeof leads.$inferSelect,
  | "id"
  | "companyId"
  | "importId"
  | "recordNumber"
  | "duplicateOf"
  | "version"
  | "createdAt"
  | "updatedAt"
  | "deletedAt"
>;

/** The company in which a lead is written, and the actor. */
export interface Writing {
  directory: DirectoryDb;
  tenant: Tenant;
  actor: CompanyActor;
  companyId: number;
  /** The questions of a campaign, where they were asked for already; `null` where the company has no such campaign. */
  asked?: { campaignId: number; questions: Question[] | null } | undefined;
}

/**
 * The new state of a lead: the request's fields, cleaned and checked, over the present ones.
 *
 * @param present the lead that is changed; without one, it is a new one.
 * @throws 403 where an agent assigns, 422 that points to the field which is wrong.
 */
export async function readLead(
  writing: Writing,
  input: LeadInput,
  present: LeadRow | null,
): Promise<LeadColumns> {
  const { directory, actor, companyId } = writing;
  const texts = readTexts(input, present);
  const before = present ?? { email: null, phone: null, phoneRaw: null };
  const isKnownOtherwise =
    present !== null && present.email === null && present.phone === null && texts.externalId !== null;
  const readsPhone = typeof input.phone === "string";
  const companyCountry = readsPhone ? await countryOf(directory, companyId) : null;
  const columns = {
    ...texts,
    ...readContact(input, before, [texts.country, companyCountry], isKnownOtherwise),
    stageId: await stageOf(directory, input.stage, present),
    assignedTo: await resolveAssignee(directory, actor, companyId, input.assigned_to, present?.assignedTo),
    customFields:
      input.custom_fields === null
        ? null
        : customFieldsOf(input.custom_fields ?? {}, present?.customFields ?? {}),
    ...(await campaignAndAnswers(writing, input, present)),
  };
  refuseTooMuch(columns);
  return columns;
}

async function countryOf(db: DirectoryDb, companyId: number): Promise<string | null> {
  const columns = { country: companies.country };
  return (await db.select(columns).from(companies).where(eq(companies.id, companyId)).get())?.country ?? null;
}

/** The id of the stage that is given, the present one, or the catalogue's initial one. */
async function stageOf(db: DirectoryDb, input: LeadInput["stage"], present: LeadRow | null): Promise<number> {
  if (input === undefined && present) return present.stageId;
  const stages = await listStages(db);
  const stage = stages.find(({ id, key, kind }) =>
    input === undefined ? kind === "initial" : input === id || input === key,
  );
  if (stage) return stage.id;
  if (input === undefined) throw new Error("the catalogue has no initial stage");
  const detail = `must be one of ${stages.map(({ key }) => key).join(", ")}, or its id`;
  throw fieldError("invalid_body", "stage", "not_found", detail);
}

/** A lead that changes its campaign keeps what it answered before. */
async function campaignAndAnswers(
  { tenant, companyId, asked: known }: Writing,
  input: LeadInput,
  present: LeadRow | null,
): Promise<Pick<LeadColumns, "campaignId" | "answers">> {
  const campaignId = input.campaign_id === undefined ? (present?.campaignId ?? null) : input.campaign_id;
  const asked = Object.keys(input.answers ?? {}).length > 0;
  const moved = campaignId !== (present?.campaignId ?? null);
  const questions =
    campaignId === null || !(asked || moved)
      ? []
      : known?.campaignId === campaignId
        ? known.questions
        : await findCampaignQuestions(tenant, companyId, campaignId);
  if (!questions) {
    throw fieldError("invalid_body", "campaign_id", "not_found", "the company has no such campaign");
  }
  const answers =
    input.answers === null ? null : readAnswers(input.answers ?? {}, questions, present?.answers ?? {});
  return { campaignId, answers };
}

/** In bytes of JSON: a row of D1 has at most 2 MB. */
const MAX_BYTES = 1_000_000;

function refuseTooMuch({ answers, customFields }: Pick<LeadColumns, "answers" | "customFields">): void {
  if (Buffer.byteLength(JSON.stringify([answers, customFields])) <= MAX_BYTES) return;
  const detail = `with the answers they have at most ${MAX_BYTES} bytes`;
  throw fieldError("invalid_body", "custom_fields", "too_big", detail);
}
