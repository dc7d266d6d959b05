import type { Tenant } from "../../db/leads/tenant.ts";
import { findCampaignQuestions } from "../../questions/campaign-questions.ts";
import type { ImportState, ReadingPlan } from "../state/import-state.ts";

/**
 * Whether an import that begins again can read its file as the dry run did: its columns stay what they were, as long as
 * the questions are there that they answer.
 */
export async function isPlanOfToday(
  tenant: Tenant,
  { companyId, campaignId, layout, announced, nextRecord }: ImportState,
): Promise<boolean> {
  if (announced === null || campaignId === null || nextRecord > 1) return true;
  const { columns, constants = [] } = layout as ReadingPlan;
  const asked = [...columns, ...constants].flatMap((column) =>
    column.kind === "question" ? [column.question] : [],
  );
  if (asked.length === 0) return true;
  const today = (await findCampaignQuestions(tenant, companyId, campaignId)) ?? [];
  return asked.every(({ id, kind }) =>
    today.some((question) => question.id === id && question.kind === kind),
  );
}
