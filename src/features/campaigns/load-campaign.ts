import { STORE_SPAN } from "../../db/leads/provision.ts";
import type { LoadRow } from "../../http/access.ts";
import { type CampaignRow, findCampaign } from "./queries.ts";

/** Finds the campaign that a parameter of the path names; its id says in which store to look. */
export function loadCampaign(parameter: string): LoadRow<CampaignRow> {
  return async (params, tenantOf) => {
    const id = Number(params[parameter]);
    const tenant = Number.isSafeInteger(id) && id > 0 ? tenantOf(Math.floor(id / STORE_SPAN)) : null;
    const row = tenant && (await findCampaign(tenant, id));
    return tenant && row ? { row, tenant } : null;
  };
}
