import type * as z from "zod";
import { isoTime } from "../http/time.ts";
import type { CycleRow } from "./queries.ts";
import type { Cycle } from "./schemas.ts";

/** A cycle as the API shows it. @param now milliseconds since 1970. */
export function viewCycle(row: CycleRow, now: number): z.input<typeof Cycle> {
  return {
    id: row.id,
    company_id: row.companyId,
    name: row.name,
    starts_at: isoTime(row.startsAt),
    ends_at: isoTime(row.endsAt),
    state: now < row.startsAt ? "upcoming" : now < row.endsAt ? "current" : "past",
    lead_goal: row.leadGoal,
    leads_count: row.leadsCount,
    goal_rate: row.leadGoal === null ? null : Math.round((row.leadsCount / row.leadGoal) * 10_000) / 100,
    created_at: isoTime(row.createdAt),
    updated_at: isoTime(row.updatedAt),
  };
}
