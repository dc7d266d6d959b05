import { accessesRoutes } from "./accesses/routes.ts";
import { apiKeyRoutes } from "./api-keys/routes.ts";
import { auditRoutes } from "./audit/routes.ts";
import { avatarsRoutes } from "./avatars/routes.ts";
import { campaignsRoutes } from "./campaigns/routes.ts";
import { companyRoutes } from "./companies/routes.ts";
import { cyclesRoutes } from "./cycles/routes.ts";
import { erasureRoutes } from "./erasures/routes.ts";
import { deletedLeadRoutes } from "./events/deleted-leads/routes.ts";
import { eventRoutes } from "./events/routes.ts";
import type { Route } from "./http/route.ts";
import { importLinkRoutes } from "./import-links/routes.ts";
import { leadBatchRoutes } from "./imports/batch/batch-routes.ts";
import { importRoutes } from "./imports/routes.ts";
import { invitationsRoutes } from "./invitations/routes.ts";
import { customFieldRoutes } from "./leads/custom-fields/custom-field-routes.ts";
import { leadDuplicateRoutes } from "./leads/duplicates/duplicate-routes.ts";
import { leadExportRoutes } from "./leads/export/export-routes.ts";
import { externalIdRoutes } from "./leads/list/external-id-routes.ts";
import { leadListRoutes } from "./leads/list/list-routes.ts";
import { leadMergeRoutes } from "./leads/merge/merge-routes.ts";
import { leadMetricsRoutes } from "./leads/metrics/metrics-routes.ts";
import { leadNoteRoutes } from "./leads/notes/note-routes.ts";
import { leadRoutes } from "./leads/routes.ts";
import { leadStageChangeRoutes } from "./leads/stage-changes/stage-change-routes.ts";
import { legalTermsRoutes } from "./legal-terms/routes.ts";
import { membershipsRoutes } from "./memberships/routes.ts";
import { passwordsRoutes } from "./passwords/routes.ts";
import { questionsRoutes } from "./questions/routes.ts";
import { sessionsRoutes } from "./sessions/routes.ts";
import { sourcesRoutes } from "./sources/routes.ts";
import { stagesRoutes } from "./stages/routes.ts";
import { territoriesRoutes } from "./territories/routes.ts";
import { userAccessesRoutes } from "./user-accesses/routes.ts";
import { userRoutes } from "./users/routes.ts";
import { deliveryRoutes } from "./webhooks/deliveries/routes.ts";
import { webhookRoutes } from "./webhooks/routes.ts";

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
  ...leadBatchRoutes,
  ...leadNoteRoutes,
  ...leadStageChangeRoutes,
  ...leadListRoutes,
  ...deletedLeadRoutes,
  ...customFieldRoutes,
  ...accessesRoutes,
  ...apiKeyRoutes,
  ...invitationsRoutes,
  ...legalTermsRoutes,
  ...auditRoutes,
  ...importLinkRoutes,
  ...importRoutes,
  ...eventRoutes,
  ...webhookRoutes,
  ...deliveryRoutes,
  ...leadDuplicateRoutes,
  ...erasureRoutes,
  ...leadExportRoutes,
  ...leadMetricsRoutes,
  ...leadMergeRoutes,
  ...externalIdRoutes,
];
