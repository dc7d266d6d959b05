import {
  type CleaningContext,
  cleanRecord,
  isRejection,
} from "../../../src/imports/cleaning/clean-record.ts";
import { matchColumns } from "../../../src/imports/columns/match-columns.ts";
import type { LeadRecord, Question, Rejection } from "../../../src/leads/lead-record.ts";

export const QUESTIONS: Question[] = [
  {
    id: 11,
    key: "interest",
    kind: "single_choice",
    options: [{ label: "Casa", value: "house", archived: false }],
  },
  {
    id: 12,
    key: "areas",
    kind: "multiple_choice",
    options: [{ label: "Norte", value: "n", archived: false }],
  },
  { id: 13, key: "budget", kind: "number", options: [] },
  { id: 14, key: "visit_on", kind: "date", options: [] },
  { id: 15, key: "owner", kind: "boolean", options: [] },
  { id: 16, key: "why", kind: "text", options: [] },
];

export const STAGES = [
  { id: 1, key: "new", name: "New" },
  { id: 2, key: "in_contact", name: "En conversación" },
];

export function contextOf(
  header: string[],
  mapping: Record<string, string | null> | null = null,
): CleaningContext {
  return { columns: matchColumns(header, mapping, QUESTIONS), country: "MX", stages: STAGES };
}

export function clean(record: Record<string, string>, damaged = false): LeadRecord | Rejection {
  return cleanRecord(Object.values(record), contextOf(Object.keys(record)), damaged);
}

export function lead(record: Record<string, string>): LeadRecord {
  const outcome = clean(record);
  if (isRejection(outcome)) throw new Error(`${outcome.code}: ${outcome.reason}`);
  return outcome;
}

export function rejection(record: Record<string, string>, damaged = false): Rejection {
  const outcome = clean(record, damaged);
  if (!isRejection(outcome)) throw new Error("The record became a lead");
  return outcome;
}
