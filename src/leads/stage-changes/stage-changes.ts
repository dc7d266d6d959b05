import { eq } from "drizzle-orm";
import type * as z from "zod";
import type { DirectoryDb } from "../../db/clients.ts";
import { leadStageChanges } from "../../db/leads/schema.ts";
import { ownedBy, ownedValues, type Tenant } from "../../db/leads/tenant.ts";
import type { ListRequest } from "../../http/lists/list-query.ts";
import { ONE, readPage } from "../../http/lists/read-page.ts";
import { isoTime } from "../../http/time.ts";
import { listStages } from "../../stages/queries.ts";
import type { AuthorName } from "../../users/queries.ts";
import { viewStage } from "../view.ts";
import type { LeadStageChange } from "./stage-change-schemas.ts";

const filterable = { id: leadStageChanges.id, changed_at: leadStageChanges.changedAt };

type StageChangeRow = typeof leadStageChanges.$inferSelect;

/** A page of a lead's way through the stages. */
export function listStageChanges(tenant: Tenant, leadId: number, request: ListRequest) {
  return readPage(tenant.db, request, filterable, {
    rows: tenant.db.select().from(leadStageChanges),
    counted: tenant.db.select(ONE).from(leadStageChanges),
    where: [eq(leadStageChanges.leadId, leadId), ownedBy(tenant, leadStageChanges.companyId)],
    values: ownedValues(tenant),
  });
}

/** Shows changes of stage with the names of who made them. @param namesOf loads names by the ids of users. */
export async function showStageChanges(
  db: DirectoryDb,
  namesOf: (ids: number[]) => Promise<Map<number, AuthorName>>,
  rows: StageChangeRow[],
): Promise<z.input<typeof LeadStageChange>[]> {
  const userIds = [...new Set(rows.flatMap(({ changedBy }) => changedBy ?? []))];
  const [stages, names] = await Promise.all([listStages(db), namesOf(userIds)]);
  return rows.map(({ id, leadId, fromStageId, toStageId, changedBy, changedAt }) => ({
    id,
    lead_id: leadId,
    from_stage: viewStage(fromStageId, stages),
    to_stage: viewStage(toStageId, stages),
    changed_by:
      changedBy === null ? null : { id: changedBy, full_name: names.get(changedBy)?.fullName ?? "" },
    changed_at: isoTime(changedAt),
  }));
}
