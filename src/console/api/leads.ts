import { get, type Query, request } from "./request.ts";
import type { Lead, LeadNote, LeadsMeta, PageMeta, StageChange } from "./types.ts";

/** A part of a list of leads. */
export interface LeadsPart {
  leads: Lead[];
  meta: LeadsMeta;
}

/** The most that a request answers with. */
const A_PART = 100;

/**
 * A part of a company's leads.
 *
 * @param cursor where the part before ended; `null` for the first one, which also says how many there are.
 * @throws Problem
 */
export function listLeads(
  companyId: number,
  filters: Query,
  cursor: string | null,
  signal: AbortSignal,
): Promise<LeadsPart> {
  return get(`/companies/${companyId}/leads`, { ...filters, limit: A_PART, cursor }, signal);
}

/** A lead, with the tag that its changes name. @throws Problem */
export async function loadLead(
  id: number,
  signal?: AbortSignal,
): Promise<{ lead: Lead; etag: string | null }> {
  const { body, etag } = await request<{ lead: Lead }>(`/leads/${id}`, signal ? { signal } : {});
  if (!body) throw new Error("a lead without a body");
  return { lead: body.lead, etag };
}

/** Changes a lead, where it still is what the person has seen. @throws Problem 412 where it is not. */
export async function changeLead(
  id: number,
  changes: object,
  etag: string | null,
): Promise<{ lead: Lead; etag: string | null }> {
  const { body, etag: next } = await request<{ lead: Lead }>(`/leads/${id}`, {
    method: "PUT",
    body: changes,
    headers: etag ? { "If-Match": etag } : {},
  });
  if (!body) throw new Error("a lead without a body");
  return { lead: body.lead, etag: next };
}

/** The notes of a lead, the latest first. @throws Problem */
export async function loadNotes(id: number, signal: AbortSignal): Promise<LeadNote[]> {
  const { notes } = await get<{ notes: LeadNote[]; meta: PageMeta }>(
    `/leads/${id}/notes`,
    { limit: 100 },
    signal,
  );
  return notes;
}

/** Writes a note. @throws Problem */
export async function addNote(id: number, body: string): Promise<void> {
  const idempotencyKey = crypto.randomUUID();
  await request(`/leads/${id}/notes`, { method: "POST", body: { body }, idempotencyKey });
}

/** The stages that a lead went through, the latest first. @throws Problem */
export async function loadStageChanges(id: number, signal: AbortSignal): Promise<StageChange[]> {
  const { stage_changes } = await get<{ stage_changes: StageChange[] }>(
    `/leads/${id}/stage_changes`,
    { limit: 100 },
    signal,
  );
  return stage_changes;
}

/** The leads that are the same person as one: its copies, and the one that it is a copy of. @throws Problem */
export async function loadCopies(
  { id, company_id, duplicate_of }: Lead,
  signal: AbortSignal,
): Promise<Lead[]> {
  const path = `/companies/${company_id}/leads`;
  const [copies, original] = await Promise.all([
    get<LeadsPart>(path, { duplicate_of_eq: duplicate_of ?? id, limit: 50 }, signal),
    duplicate_of === null ? null : get<LeadsPart>(path, { id_eq: duplicate_of }, signal),
  ]);
  return [...(original?.leads ?? []), ...copies.leads].filter((lead) => lead.id !== id);
}

/** Merges others into a lead: what it lacks is filled in from them. @throws Problem */
export async function mergeLeads(id: number, others: number[]): Promise<void> {
  const idempotencyKey = crypto.randomUUID();
  await request(`/leads/${id}/merge`, { method: "POST", body: { lead_ids: others }, idempotencyKey });
}
