import { sql } from "drizzle-orm";
import type { Tenant } from "../db/leads/tenant.ts";
import type { Question } from "../leads/lead-record.ts";

/**
 * The questions of a campaign with their options, in one statement.
 *
 * @returns `null` where the company has no such campaign.
 */
export async function findCampaignQuestions(
  tenant: Tenant,
  companyId: number,
  campaignId: number,
): Promise<Question[] | null> {
  const row = await tenant.db.get<{ questions: string } | undefined>(sql`
    SELECT (
      SELECT json_group_array(json_object(
        'id', q.id, 'key', q.key, 'kind', q.kind,
        'options', (
          SELECT json_group_array(json_object(
            'label', o.label, 'value', o.value, 'archived', json(iif(o.archived, 'true', 'false'))))
          FROM question_options o
          WHERE o.company_id = q.company_id AND o.question_id = q.id
        )
      ))
      FROM questions q
      WHERE q.company_id = c.company_id AND q.campaign_id = c.id AND NOT q.archived
    ) AS questions
    FROM campaigns c
    WHERE c.company_id = ${companyId} AND c.id = ${campaignId}`);
  return row ? (JSON.parse(row.questions) as Question[]) : null;
}
