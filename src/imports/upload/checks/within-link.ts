import type { LinkedActor } from "../../../auth/api-keys/linked-actor.ts";
import { type AppError, fieldError, notFound } from "../../../errors.ts";

/**
 * The fields of an import by a link: what its maker has decided stands, said or not. Its imports begin as a dry run,
 * since only then it is known how many records a file has.
 *
 * @param said the fields by their names. @throws 404 for another company, 422 for what the link does not allow.
 */
export function withinLink(
  { companyId, importLink: { campaignId, onDuplicate } }: LinkedActor,
  said: Record<string, string>,
): Record<string, string> {
  const { company_id = String(companyId), campaign_id, on_duplicate = onDuplicate, dry_run = "true" } = said;
  if (Number(company_id) !== companyId) throw notFound("company_id");
  const campaign = campaignId === null ? undefined : String(campaignId);
  if (campaign_id !== undefined && campaign_id !== campaign) {
    throw notAllowed("campaign_id", campaign ?? "no campaign");
  }
  if (on_duplicate !== onDuplicate) throw notAllowed("on_duplicate", onDuplicate);
  if (dry_run !== "true") {
    throw fieldError("invalid_body", "dry_run", "not_allowed", "is true for a link: commit the import then");
  }
  return { ...said, company_id, on_duplicate, dry_run, ...(campaign && { campaign_id: campaign }) };
}

function notAllowed(field: string, allowed: string): AppError {
  return fieldError("invalid_body", field, "not_allowed", `is ${allowed} for this link: leave it out`);
}
