import { expect } from "vitest";
import type { CHUNK_LIMITS } from "../../../src/imports/readers/records.ts";
import type { TestCompany } from "../../harness/factories.ts";
import { deliver, prepareImport } from "../../harness/import-run.ts";

export type Cells = Record<string, string>;

/** A file of records that name only the columns that they have. */
export function csv(...records: Cells[]): string {
  const header = [...new Set(records.flatMap(Object.keys))];
  const quoted = (cell: string) => `"${cell.replaceAll('"', '""')}"`;
  const line = (cells: string[]) => cells.map(quoted).join(",");
  return [line(header), ...records.map((cells) => line(header.map((name) => cells[name] ?? "")))].join("\n");
}

/** Imports a file. @returns its counters, in order: created, updated, unchanged, duplicate, failed, warnings. */
export async function importFile(
  company: TestCompany,
  text: string,
  onDuplicate: "skip" | "update" | "create" = "skip",
  { campaignId = null, limits }: { campaignId?: number | null; limits?: typeof CHUNK_LIMITS } = {},
): Promise<number[]> {
  const code = await prepareImport(company, text, onDuplicate, campaignId);
  expect(await deliver(code, limits && { limits })).toBe(true);
  const row = await company.database
    .prepare("SELECT * FROM imports WHERE import_code = ?")
    .bind(code)
    .first<Record<string, number>>();
  expect(row?.failure_detail).toBeNull();
  expect(row?.finished_at).toBeGreaterThan(0);
  const counters = ["created", "updated", "unchanged", "duplicate", "failed", "warning"];
  return counters.map((name) => row?.[`${name}_records`] ?? Number.NaN);
}

export type LeadRow = Record<string, string | number | null>;

/** The leads of a company as they stand in its store, in the order of their ids. */
export async function leadsOf(company: TestCompany): Promise<LeadRow[]> {
  const { results } = await company.database
    .prepare("SELECT * FROM leads WHERE company_id = ? ORDER BY id")
    .bind(company.id)
    .all<LeadRow>();
  return results;
}

export async function onlyLeadOf(company: TestCompany): Promise<LeadRow> {
  const [lead, ...others] = await leadsOf(company);
  expect(others).toEqual([]);
  if (!lead) throw new Error("no lead");
  return lead;
}

export const ANA: Cells = {
  email: " Ana@Leads.Test ",
  phone: "55 1234 5678",
  first_name: "Ana",
  last_name: "Ruiz",
  company_name: "Ruiz SA",
  job_title: "CEO",
  city: "Puebla",
  state: "Puebla",
  country: "México",
  source: "Fair",
  stage: "Contacted",
  notes: "Call\r\nin May",
  external_id: "crm-1",
  Color: "red",
  Shape: "round",
};

export const ANA_STORED = {
  campaign_id: null,
  record_number: 1,
  duplicate_of: null,
  email: "ana@leads.test",
  phone: "+525512345678",
  phone_raw: null,
  first_name: "Ana",
  last_name: "Ruiz",
  company_name: "Ruiz SA",
  job_title: "CEO",
  city: "Puebla",
  state: "Puebla",
  country: "México",
  source: "Fair",
  stage_id: 2,
  notes: "Call\nin May",
  external_id: "crm-1",
  answers: null,
  custom_fields: '{"Color":"red","Shape":"round"}',
};

/** A record that says of Ana in every column something else than {@link ANA}. */
export const OTHER: Cells = {
  email: "ANA@leads.test",
  phone: "+34 612 345 678",
  first_name: "Anna",
  last_name: "Ruíz",
  company_name: "Ruiz SL",
  job_title: "CTO",
  city: "Madrid",
  state: "Madrid",
  country: "España",
  source: "Web",
  stage: "won",
  notes: "Done",
  external_id: "crm-2",
  Color: "blue",
};
