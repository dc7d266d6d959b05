import { cleanChunk } from "../../src/imports/cleaning/clean-chunk.ts";
import {
  cleaningContext,
  planColumns,
  readingOptions,
  readLayout,
} from "../../src/imports/columns/plan-reading.ts";
import { csvReader } from "../../src/imports/readers/csv/csv-reader.ts";
import { FileProblem } from "../../src/imports/readers/file-problem.ts";
import { HEAD_BYTES } from "../../src/imports/readers/reader.ts";
import { CHUNK_LIMITS } from "../../src/imports/readers/records.ts";
import type { LeadRecord, Rejection } from "../../src/leads/lead-record.ts";
import type { StageRow } from "../../src/stages/queries.ts";
import { brief } from "./columns/matched.ts";

const STAGES = [
  { id: 1, key: "new", name: "Nuevo" },
  { id: 2, key: "contacted", name: "Contactado" },
] as StageRow[];

interface Settings {
  country?: string;
  headerLine?: number;
  matchBy?: ("email" | "phone" | "external_id")[];
  stages?: StageRow[];
}

/** What a file is read as, from its first byte to its leads. */
export interface ReadText {
  headerLine: number;
  /** By header: what the column is taken for, in short. */
  columns: Record<string, string>;
  /** The headers of the columns that their cells have decided on. */
  byValues: string[];
  leads: LeadRecord[];
  rejections: Rejection[];
}

/** Reads a CSV text as an import does, without a database. @throws FileProblem where it cannot be read. */
export async function readText(
  text: string,
  { country = "MX", headerLine, matchBy = ["email", "phone"], stages = STAGES }: Settings = {},
): Promise<ReadText> {
  const bytes = new TextEncoder().encode(text);
  const reader = csvReader("utf-8");
  const settings = { mapping: null, constants: null, matchBy, country };
  const hints = headerLine === undefined ? null : { headerLine };
  const head = bytes.subarray(0, HEAD_BYTES);
  const layout = readLayout({ reader, head, atEnd: head.length === bytes.length, hints, mapping: null });
  const plan = planColumns(layout, { ...settings, questions: [], stages, language: null });
  const context = cleaningContext(plan, settings, stages);
  const source = {
    size: bytes.length,
    read: async (offset: number, length: number) => bytes.subarray(offset, offset + length),
  };
  const from = { offset: layout.dataOffset, record: 1, line: layout.dataLine };
  const leads: LeadRecord[] = [];
  const rejections: Rejection[] = [];
  for await (const chunk of reader.records(source, from, readingOptions(plan), CHUNK_LIMITS)) {
    const outcomes = await cleanChunk(chunk, context, false);
    leads.push(...outcomes.leads.map(({ lead }) => lead));
    rejections.push(...outcomes.rejections.map(({ rejection }) => rejection));
  }
  return {
    headerLine: layout.headerLine,
    columns: Object.fromEntries(plan.columns.map((column) => [column.header, brief(column)])),
    byValues: plan.columns.filter(({ foundBy }) => foundBy === "values").map(({ header }) => header),
    leads,
    rejections,
  };
}

/** Why a file cannot be read. */
export async function problemOf(text: string, settings: Settings = {}): Promise<FileProblem> {
  try {
    await readText(text, settings);
  } catch (problem) {
    if (problem instanceof FileProblem) return problem;
    throw problem;
  }
  throw new Error("The file was read");
}
