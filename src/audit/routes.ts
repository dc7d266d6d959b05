import { unconfirmedActor } from "../auth/visibility.ts";
import { findCompanyHome } from "../companies/queries.ts";
import { openDirectory } from "../db/clients.ts";
import { notFound } from "../errors.ts";
import { linkPage } from "../http/lists/pagination.ts";
import { companyPolicy } from "../http/policies/company.ts";
import { userPolicy } from "../http/policies/user.ts";
import { type Route, route } from "../http/route.ts";
import { NO_ID } from "../http/validation/named-id.ts";
import { listAuditEvents, listPersonalEvents } from "./queries.ts";
import {
  AuditEventsAnswer,
  AuditParams,
  auditQuery,
  exampleAuditEvent,
  exampleSignIn,
  UserAuditParams,
} from "./schemas.ts";
import { viewAuditEvent } from "./view.ts";

export const auditRoutes: Route[] = [
  route(
    {
      method: "get",
      path: "/companies/{id}/audit_events",
      operationId: "listAuditEvents",
      summary: "List a company's audit trail",
      description:
        "The newest first: what was done in the company's name, and what people with an access in it did to " +
        "themselves (signing in, changing a password) since they have it, where the caller manages all companies of " +
        "that person: nobody else sees when and from where somebody signs in. What happened in other companies is in " +
        "theirs, those below this one too. An event can be neither changed nor deleted.",
      tag: "Audit trail",
      access: companyPolicy({ role: "owner", field: "id" }),
      request: { params: AuditParams, query: auditQuery },
      response: {
        status: 200,
        description: "A page of events.",
        schema: AuditEventsAnswer,
        example: {
          audit_events: [exampleAuditEvent],
          meta: { current_page: 1, next_page: null, prev_page: null, total_pages: 1, total_records: 1 },
        },
        headers: ["Link"],
      },
    },
    async ({ call, actor, companyId, query }) => {
      const { directory } = call.databases;
      if (!actor.grants.has(companyId) && !(await findCompanyHome(directory, companyId))) throw notFound();
      const { rows, total } = await listAuditEvents(directory, actor, companyId, query);
      return { audit_events: rows.map(viewAuditEvent), meta: linkPage(call, query, total) };
    },
  ),
  route(
    {
      method: "get",
      path: "/users/{user_id}/audit_events",
      operationId: "listUserAuditEvents",
      summary: "List the events of a user's account",
      description:
        "The newest first: sign-ins that succeeded and that failed, passwords and addresses that were changed. For " +
        "the user, and for managers of all of their accesses, from the first of these on.",
      tag: "Audit trail",
      access: userPolicy({ may: "manage", field: "user_id" }),
      request: { params: UserAuditParams, query: auditQuery },
      response: {
        status: 200,
        description: "A page of events.",
        schema: AuditEventsAnswer,
        example: {
          audit_events: [exampleSignIn],
          meta: { current_page: 1, next_page: null, prev_page: null, total_pages: 1, total_records: 1 },
        },
        headers: ["Link"],
      },
    },
    {
      // What the caller may see is asked for with it: never of a replica, which may lag behind.
      early: ({ params, query, databases, callerId }) =>
        listPersonalEvents(
          openDirectory(databases.primaryDirectoryClient),
          unconfirmedActor(callerId ?? NO_ID),
          params.user_id,
          query,
        ),
      handle: async ({ call, query, read: { rows, total } }) => ({
        audit_events: rows.map(viewAuditEvent),
        meta: linkPage(call, query, total),
      }),
    },
  ),
];
