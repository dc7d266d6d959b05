import type * as z from "zod";
import type { ApiKeyRow } from "../api-keys/queries.ts";
import { viewCreator } from "../api-keys/view.ts";
import type { CompanyActor } from "../auth/actor.ts";
import { statusOf } from "../auth/api-keys/status.ts";
import { isoTime } from "../http/time.ts";
import type { ImportLink } from "./schemas.ts";

/**
 * A link for imports as the API shows it: its token is nowhere.
 *
 * @param actor who looks: operators see each other.
 * @param now milliseconds since 1970.
 */
export function viewImportLink(
  row: ApiKeyRow,
  actor: Pick<CompanyActor, "operator">,
  now: number,
): z.input<typeof ImportLink> {
  const { importLink, expiresAt } = row;
  if (importLink === null || expiresAt === null)
    throw new Error(`the API key ${row.id} is no link for imports`);
  return {
    id: row.id,
    company_id: row.companyId,
    campaign_id: importLink.campaignId,
    name: row.name,
    allowed_origin: importLink.allowedOrigin,
    most_records: importLink.mostRecords,
    on_duplicate: importLink.onDuplicate,
    prefix: row.prefix,
    status: statusOf(row, now),
    created_by: viewCreator(row, actor),
    created_at: isoTime(row.createdAt),
    last_used_at: isoTime(row.lastUsedAt),
    expires_at: isoTime(expiresAt),
    ended_at: isoTime(row.endedAt),
  };
}
