import type * as z from "zod";
import { FIELD_LIST } from "../../leads/fields.ts";
import type { LeadRecord, Question } from "../../leads/lead-record.ts";
import type { StageRow } from "../../stages/queries.ts";
import type { Column } from "../columns/column.ts";
import type { ChunkOfOutcomes } from "../pipeline/chunk/chunk.ts";
import { targetOf } from "./propose-mapping.ts";
import type { Preview } from "./read-preview.ts";
import type { ImportPreview } from "./schemas.ts";

type View = z.input<typeof ImportPreview>;

/** A preview as the API shows it. @param duplicates those within the file, by their numbers. */
export function viewPreview(
  { sample, layout, plan, questions, mapping, changes, tallies, first }: Preview,
  stages: StageRow[],
  duplicates: ReadonlyMap<number, number>,
): View {
  return {
    file: {
      kind: sample.layers[0] ?? "csv",
      encoding: sample.encoding.encoding,
      encoding_confidence: sample.encoding.confidence,
      delimiter: layout.delimiter,
      header_row: layout.headerLine,
      sheets: sample.sheets,
    },
    columns: plan.columns.map((column, index) => ({
      index,
      header: column.header,
      ...tallies.of(index),
      target: targetOf(column),
      confidence: confidenceOf(column),
      found_by: column.foundBy === "renamed" ? "remembered" : (column.foundBy ?? null),
    })),
    mapping,
    changes,
    sample_records: first ? viewRecords(first, questions, stages, duplicates) : [],
  };
}

function confidenceOf({ kind, foundBy }: Column): "certain" | "likely" | "none" {
  if (foundBy === "values" || foundBy === "renamed") return "likely";
  return foundBy === undefined && kind === "custom" ? "none" : "certain";
}

function viewRecords(
  { firstRecord, lines, leads, rejections }: ChunkOfOutcomes,
  questions: Question[],
  stages: StageRow[],
  duplicates: ReadonlyMap<number, number>,
): View["sample_records"] {
  const lineOf = (record: number) => lines[record - firstRecord] ?? 1;
  const ofLeads = leads.map(({ record, lead }) => ({
    record,
    line: lineOf(record),
    outcome: "lead" as const,
    duplicate_of: duplicates.get(record) ?? null,
    lead: viewLead(lead, questions, stages),
    code: null,
    reason: null,
    warnings: (lead.warnings ?? []).map(({ code, column, value, reason }) => ({
      code,
      column: column || null,
      value,
      reason,
    })),
  }));
  const ofRejections = rejections.map(({ record, rejection: { code, reason } }) => ({
    record,
    line: lineOf(record),
    outcome: "rejected" as const,
    duplicate_of: null,
    lead: null,
    code,
    reason,
    warnings: [],
  }));
  return [...ofLeads, ...ofRejections].sort((a, b) => a.record - b.record);
}

type ViewedLead = NonNullable<View["sample_records"][number]["lead"]>;

/** A lead as the record alone makes it: what is there already may change it. */
function viewLead(lead: LeadRecord, questions: Question[], stages: StageRow[]): ViewedLead {
  const fields = FIELD_LIST.map(({ key, kind, column }) => {
    const value = lead[column];
    const stage = kind === "stage" ? (stages.find(({ id }) => id === value)?.key ?? null) : value;
    return [key, stage] as const;
  });
  const answers = Object.entries(lead.answers ?? {}).flatMap(([id, answer]) => {
    const question = questions.find((one) => String(one.id) === id);
    return question ? [[question.key, answer] as const] : [];
  });
  return {
    ...Object.fromEntries(fields),
    answers: Object.fromEntries(answers),
    custom_fields: { ...lead.customFields },
    tags: lead.tags ?? [],
  } as ViewedLead;
}
