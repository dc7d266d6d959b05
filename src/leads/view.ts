import type * as z from "zod";
import { isoTime } from "../http/time.ts";
import type { StageRow } from "../stages/queries.ts";
import type { LeadRow } from "./queries.ts";
import type { Lead } from "./schemas.ts";

/** What is known of the things that a page of leads names by id. */
export interface LeadSurroundings {
  stages: StageRow[];
  /** The keys of questions, by id. */
  questionKeys: ReadonlyMap<number, string>;
  /** The names of users, by id. */
  userNames: ReadonlyMap<number, string>;
}

/** A lead as the API shows it. */
export function viewLead(row: LeadRow, around: LeadSurroundings): z.input<typeof Lead> {
  return {
    id: row.id,
    company_id: row.companyId,
    campaign_id: row.campaignId,
    email: row.email,
    phone: row.phone,
    phone_raw: row.phoneRaw,
    first_name: row.firstName,
    last_name: row.lastName,
    full_name: [row.firstName, row.lastName].filter(Boolean).join(" "),
    company_name: row.companyName,
    job_title: row.jobTitle,
    city: row.city,
    state: row.state,
    country: row.country,
    source: row.source,
    stage: viewStage(row.stageId, around.stages),
    assigned_to:
      row.assignedTo === null
        ? null
        : { id: row.assignedTo, full_name: around.userNames.get(row.assignedTo) ?? "" },
    notes: row.notes,
    external_id: row.externalId,
    answers: viewAnswers(row, around.questionKeys),
    custom_fields: row.customFields ?? {},
    tags: JSON.parse(row.tags) as string[],
    duplicate_of: row.duplicateOf,
    import: viewProvenance(row),
    created_at: isoTime(row.createdAt),
    updated_at: isoTime(row.updatedAt),
    deleted_at: isoTime(row.deletedAt),
  };
}

/** A stage of the catalogue as a lead and its history show it. */
export function viewStage(id: number, stages: StageRow[]): z.input<typeof Lead>["stage"] {
  const stage = stages.find((one) => one.id === id);
  if (!stage) throw new Error(`no stage ${id}`);
  return { id, name: stage.name, key: stage.key, kind: stage.kind };
}

function viewAnswers(row: LeadRow, keys: ReadonlyMap<number, string>): z.input<typeof Lead>["answers"] {
  return Object.fromEntries(
    Object.entries(row.answers ?? {}).flatMap(([id, answer]) => {
      const key = keys.get(Number(id));
      return key === undefined ? [] : [[key, answer]];
    }),
  );
}

function viewProvenance({ provenance, recordNumber }: LeadRow): z.input<typeof Lead>["import"] {
  if (provenance === null || recordNumber === null) return null;
  const { import_code, file_sha256 } = JSON.parse(provenance) as { import_code: string; file_sha256: string };
  return { import_code, record_number: recordNumber, file_sha256 };
}
