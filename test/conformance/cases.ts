import { ACCESS_CASES } from "./cases/accesses.ts";
import { CAMPAIGN_CASES } from "./cases/campaigns.ts";
import type { Case } from "./cases/case.ts";
import { COMPANY_CASES } from "./cases/companies.ts";
import { IMPORT_CASES } from "./cases/imports.ts";
import { WEBHOOK_CASES } from "./cases/integrators/webhooks.ts";
import { LEAD_LIST_CASES } from "./cases/lead-lists.ts";
import { LEAD_CASES } from "./cases/leads.ts";
import { LEGAL_TERM_CASES } from "./cases/legal-terms.ts";
import { SESSION_CASES } from "./cases/sessions.ts";
import { TERRITORY_CASES } from "./cases/territories.ts";
import { USER_CASES } from "./cases/users.ts";

/** The cases of every route, by method and path. */
export const CASES: Record<string, Case[]> = {
  ...SESSION_CASES,
  ...USER_CASES,
  ...COMPANY_CASES,
  ...ACCESS_CASES,
  ...CAMPAIGN_CASES,
  ...TERRITORY_CASES,
  ...LEAD_LIST_CASES,
  ...LEGAL_TERM_CASES,
  ...LEAD_CASES,
  ...IMPORT_CASES,
  ...WEBHOOK_CASES,
};
