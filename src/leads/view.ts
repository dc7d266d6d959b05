import type * as z from "zod";
import { isoTime } from "../http/time.ts";
import type { StageRow } from "../stages/queries.ts";
import { FIELD_LIST, type Field } from "./fields.ts";
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
    ...viewFields(row),
    full_name: [row.firstName, row.lastName].filter(Boolean).join(" "),
    stage: viewStage(row.stageId, around.stages),
    assigned_to:
      row.assignedTo === null
        ? null
        : { id: row.assignedTo, full_name: around.userNames.get(row.assignedTo) ?? "" },
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

type ShownField = Exclude<Field, { kind: "stage" }>;

/** The fields that are shown as they are. */
const SHOWN_FIELDS = FIELD_LIST.filter((field) => field.kind !== "stage");

function viewFields(row: LeadRow): Record<ShownField["key"], string | null> {
  const view: Partial<Record<ShownField["key"], string | null>> = {};
  for (const { key, column } of SHOWN_FIELDS) view[key] = row[column];
  return view as Record<ShownField["key"], string | null>;
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
