import { accessesRoutes } from "./features/accesses/routes.ts";
import { auditRoutes } from "./features/audit/routes.ts";
import { avatarsRoutes } from "./features/avatars/routes.ts";
import { campaignsRoutes } from "./features/campaigns/routes.ts";
import { companyRoutes } from "./features/companies/routes.ts";
import { cyclesRoutes } from "./features/cycles/routes.ts";
import { importRoutes } from "./features/imports/routes.ts";
import { invitationsRoutes } from "./features/invitations/routes.ts";
import { leadDuplicateRoutes } from "./features/leads/duplicate-routes.ts";
import { erasureRoutes } from "./features/leads/erasure-routes.ts";
import { leadExportRoutes } from "./features/leads/export-routes.ts";
import { leadListRoutes } from "./features/leads/list-routes.ts";
import { leadMergeRoutes } from "./features/leads/merge-routes.ts";
import { leadMetricsRoutes } from "./features/leads/metrics-routes.ts";
import { leadNoteRoutes } from "./features/leads/note-routes.ts";
import { leadRoutes } from "./features/leads/routes.ts";
import { leadStageChangeRoutes } from "./features/leads/stage-change-routes.ts";
import { legalTermsRoutes } from "./features/legal-terms/routes.ts";
import { membershipsRoutes } from "./features/memberships/routes.ts";
import { passwordsRoutes } from "./features/passwords/routes.ts";
import { questionsRoutes } from "./features/questions/routes.ts";
import { sessionsRoutes } from "./features/sessions/routes.ts";
import { sourcesRoutes } from "./features/sources/routes.ts";
import { stagesRoutes } from "./features/stages/routes.ts";
import { territoriesRoutes } from "./features/territories/routes.ts";
import { userAccessesRoutes } from "./features/user-accesses/routes.ts";
import { userRoutes } from "./features/users/routes.ts";
import type { Route } from "./http/route.ts";

/**
 * Every endpoint of the API: the one table that mounting, validation, access and the document are read from. Of
 * two paths that both fit an address, the one that comes first gets it: words before parameters.
 */
export const ROUTES: Route[] = [
  ...sessionsRoutes,
  ...passwordsRoutes,
  ...avatarsRoutes,
  ...userRoutes,
  ...userAccessesRoutes,
  ...companyRoutes,
  ...cyclesRoutes,
  ...membershipsRoutes,
  ...campaignsRoutes,
  ...questionsRoutes,
  ...stagesRoutes,
  ...sourcesRoutes,
  ...territoriesRoutes,
  ...leadRoutes,
  ...leadNoteRoutes,
  ...leadStageChangeRoutes,
  ...leadListRoutes,
  ...accessesRoutes,
  ...invitationsRoutes,
  ...legalTermsRoutes,
  ...auditRoutes,
  ...importRoutes,
  ...leadDuplicateRoutes,
  ...erasureRoutes,
  ...leadExportRoutes,
  ...leadMetricsRoutes,
  ...leadMergeRoutes,
];
