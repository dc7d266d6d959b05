import type * as z from "zod";
import { isoTime } from "../http/time.ts";
import type { CountedCampaign } from "./queries.ts";
import type { Campaign } from "./schemas.ts";

/** A campaign as the API shows it. */
export function viewCampaign(row: CountedCampaign): z.input<typeof Campaign> {
  return {
    id: row.id,
    company_id: row.companyId,
    name: row.name,
    description: row.description,
    status: row.status,
    starts_at: isoTime(row.startsAt),
    ends_at: isoTime(row.endsAt),
    questions_count: row.questionsCount,
    leads_count: row.leadsCount,
    created_at: isoTime(row.createdAt),
    updated_at: isoTime(row.updatedAt),
  };
}
