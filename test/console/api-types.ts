import type * as z from "zod";
import type { ApiKey } from "../../src/api-keys/schemas.ts";
import type { SCOPES } from "../../src/auth/api-keys/scopes.ts";
import type { Campaign } from "../../src/campaigns/schemas.ts";
import type { Company } from "../../src/companies/schemas.ts";
import type * as connect from "../../src/console/api/connect/types.ts";
import type * as imports from "../../src/console/api/import-types.ts";
import type * as types from "../../src/console/api/types.ts";
import type { Cycle } from "../../src/cycles/schemas.ts";
import type { EVENT_TYPES } from "../../src/events/event-types.ts";
import type { ImportLink } from "../../src/import-links/schemas.ts";
import type { ImportPreview } from "../../src/imports/preview/schemas.ts";
import type { ImportErrorsAnswer } from "../../src/imports/report/errors-schemas.ts";
import type { ImportFile } from "../../src/imports/schemas.ts";
import type { Invitation } from "../../src/invitations/schemas.ts";
import type { LeadMetrics } from "../../src/leads/metrics/metrics-schemas.ts";
import type { Lead } from "../../src/leads/schemas.ts";
import type { Question } from "../../src/questions/schemas.ts";
import type { ListedSession, Session } from "../../src/sessions/schemas.ts";
import type { Stage } from "../../src/stages/schemas.ts";
import type { UserAccess } from "../../src/user-accesses/schemas.ts";
import type { CompanyUser } from "../../src/users/schemas.ts";
import type { Delivery, PingAnswer } from "../../src/webhooks/deliveries/schemas.ts";
import type { Webhook } from "../../src/webhooks/schemas.ts";

type Fits<Answer extends Read, Read> = Answer;

/** That what the API answers is what the console reads: one that does not fit does not compile. */
export type Checks = [
  Fits<z.output<typeof Session>, types.Session>,
  Fits<z.output<typeof Company>, types.Company>,
  Fits<z.output<typeof CompanyUser>, types.CompanyPerson>,
  Fits<z.output<typeof Invitation>, types.Invitation>,
  Fits<z.output<typeof ListedSession>, types.ListedSession>,
  Fits<z.output<typeof UserAccess>, types.UserAccess>,
  Fits<z.output<typeof Campaign>, types.Campaign>,
  Fits<z.output<typeof Question>, types.Question>,
  Fits<z.output<typeof Stage>, types.Stage>,
  Fits<z.output<typeof Lead>, types.Lead>,
  Fits<z.output<typeof LeadMetrics>, types.LeadMetrics>,
  Fits<z.output<typeof Cycle>, types.Cycle>,
  Fits<z.output<typeof ImportFile>, imports.ImportFile>,
  // The fields of a sample's lead are put together at run time: their names are not known to its type.
  Fits<Omit<z.output<typeof ImportPreview>, "sample_records">, Omit<imports.Preview, "sample_records">>,
  Fits<z.output<typeof ImportErrorsAnswer>["import_errors"][number], imports.ImportError>,
  Fits<z.output<typeof ImportErrorsAnswer>["groups"][number], imports.ErrorGroup>,
  Fits<z.output<typeof ApiKey>, connect.ApiKey>,
  Fits<z.output<typeof ImportLink>, connect.ImportLink>,
  Fits<z.output<typeof Webhook>, connect.Webhook>,
  Fits<z.output<typeof Delivery>, connect.Delivery>,
  Fits<z.output<typeof PingAnswer>["ping"], connect.Ping>,
  // All that a person chooses from, and nothing that the API does not have.
  Fits<(typeof SCOPES)[number], connect.Scope>,
  Fits<connect.Scope, (typeof SCOPES)[number]>,
  Fits<(typeof EVENT_TYPES)[number], connect.EventType>,
  Fits<connect.EventType, (typeof EVENT_TYPES)[number]>,
];
