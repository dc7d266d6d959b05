import type * as z from "zod";
import { isoTime } from "../http/time.ts";
import { statusName } from "../imports/state/status.ts";
import type { Lead } from "../leads/schemas.ts";
import type { StageRow } from "../stages/queries.ts";
import { isLeadEvent } from "./event-types.ts";
import type { FeedEvent } from "./feed/expand-row.ts";
import type { FeedImport } from "./feed/load-imports.ts";
import { writePlace } from "./feed/place.ts";
import { placeOf } from "./feed/read-page.ts";
import type { Event, ImportEventData, LeadEventData } from "./schemas.ts";

/** What events of a page are shown with, and to whom. */
export interface EventSurroundings {
  leads: ReadonlyMap<number, z.input<typeof Lead>>;
  imports: ReadonlyMap<number, FeedImport>;
  stages: StageRow[];
  /** Users who are shown as operators, without their id. */
  operators: ReadonlySet<number>;
  /** The agent who looks; `null` for those who see all leads. */
  assignee: number | null;
  /** Whether who looks may not see leads at all. */
  leadsWithheld: boolean;
}

/** An event as the API shows it. */
export function viewEvent(event: FeedEvent, around: EventSurroundings): z.input<typeof Event> {
  const { row, type, objectId } = event;
  const ofLead = isLeadEvent(type);
  const isOperator = row.actorKind === "user" && row.actorId !== null && around.operators.has(row.actorId);
  return {
    id: writePlace(row.companyId, placeOf(event)),
    type,
    occurred_at: isoTime(row.createdAt),
    actor: isOperator ? { type: "operator", id: null } : { type: row.actorKind, id: row.actorId },
    object: { type: ofLead ? "lead" : "import", id: objectId },
    data: ofLead ? viewLeadData(event, around) : viewImportData(around.imports.get(objectId)),
  };
}

function viewLeadData(
  { objectId, importId, details }: FeedEvent,
  { leads, imports, stages, assignee, leadsWithheld }: EventSurroundings,
): z.input<typeof LeadEventData> {
  const { changed, stage, assigned, merged, note } = details;
  const keyOf = (id: number | null) => stages.find((one) => one.id === id)?.key ?? null;
  const isSeen = ([, user]: [number, number | null]) => assignee === null || user === assignee;
  return {
    lead: leads.get(objectId) ?? null,
    ...(leadsWithheld && { lead_withheld: true }),
    ...(changed && { changed }),
    ...(stage && { from_stage: keyOf(stage[0]), to_stage: keyOf(stage[1]) }),
    ...(assigned && { from_user_id: assigned[0], to_user_id: assigned[1] }),
    ...(merged && { merged_lead_ids: merged.filter(isSeen).map(([id]) => id) }),
    ...(note !== undefined && { note_id: note }),
    import_code: (importId !== null && imports.get(importId)?.import_code) || null,
  };
}

function viewImportData(row: FeedImport | undefined): z.input<typeof ImportEventData> {
  if (!row) return { import: null };
  const { id, import_code, status, ...counts } = row;
  return { import: { import_code, status, status_name: statusName(status), ...counts } };
}
