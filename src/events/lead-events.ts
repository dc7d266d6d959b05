import { type SQL, sql } from "drizzle-orm";
import type { LeadsDb } from "../db/clients.ts";
import { FIELD_LIST } from "../leads/fields.ts";
import type { LeadRow } from "../leads/queries.ts";
import type { LeadColumns } from "../leads/write/read-lead.ts";
import { type EventActor, recordEvent } from "./record-event.ts";

/** The columns that a change can be of, under the names of the API. Names of custom fields can tell of a person. */
const NAMES = new Map<keyof LeadColumns, string>([
  ...FIELD_LIST.map(({ column, key }) => [column as keyof LeadColumns, key] as const),
  ["campaignId", "campaign_id"],
  ["assignedTo", "assigned_to"],
  ["answers", "answers"],
  ["customFields", "custom_fields"],
]);

/** The names of what becomes another value, in the order of {@link NAMES}. @param tags JSON. */
export function changedNames(before: LeadRow, after: LeadColumns & { tags?: string }): string[] {
  const changed = [...NAMES].filter(([key]) => JSON.stringify(before[key]) !== JSON.stringify(after[key]));
  const isTagged = after.tags !== undefined && after.tags !== before.tags;
  return [...changed.map(([, name]) => name), ...(isTagged ? ["tags"] : [])];
}

/** What an event of another stage or another user says of it: before and after, each by its id. */
export function movesOf(before: LeadRow, after: Pick<LeadColumns, "stageId" | "assignedTo">) {
  return {
    ...(before.stageId !== after.stageId && { stage: [before.stageId, after.stageId] }),
    ...(before.assignedTo !== after.assignedTo && { assigned: [before.assignedTo, after.assignedTo] }),
  };
}

/**
 * A statement that records that leads are erased, before those that do it: one row for a company, with the users who
 * worked them. Nothing of a lead is left afterwards to be read.
 *
 * @param which a condition on the leads.
 * @param now milliseconds since 1970.
 */
export function recordErased(db: LeadsDb, actor: EventActor, which: SQL, now: number) {
  return recordEvent(
    db,
    actor,
    {
      type: "lead.erased",
      companyId: sql`gone.company_id`,
      objectId: sql`gone.first`,
      details: sql`json_object('leads', json(gone.leads))`,
    },
    now,
    sql`FROM (
      SELECT company_id, min(id) AS first, json_group_array(json_array(id, assigned_to)) AS leads
      FROM leads WHERE ${which} GROUP BY company_id) gone`,
  );
}
