import { originOf } from "../audit/record.ts";
import { contradiction, fieldError, notFound } from "../errors.ts";
import { linkPage } from "../http/lists/pagination.ts";
import { companyPolicy } from "../http/policies/company.ts";
import { signedInPolicy } from "../http/policies/signed-in.ts";
import { creatingRoute, type Route, route } from "../http/route.ts";
import { attachMembership } from "./attach-membership.ts";
import { cancelMembership } from "./cancel-membership.ts";
import { findCompanyMembership, findMembership, listMemberships, presentMembership } from "./queries.ts";
import {
  AttachBody,
  AttachQuery,
  CancelBody,
  CompanyMembershipAnswer,
  CompanyMembershipParams,
  exampleCompanyMembership,
  exampleMembership,
  MembershipAnswer,
  MembershipParams,
  MembershipsAnswer,
  membershipsQuery,
} from "./schemas.ts";
import { viewCompanyMembership, viewMembership } from "./view.ts";

const tag = "Memberships";

export const membershipsRoutes: Route[] = [
  route(
    {
      method: "get",
      path: "/memberships",
      operationId: "listMemberships",
      summary: "List memberships",
      description: "What a company can take, the cheapest first.",
      tag,
      access: signedInPolicy,
      request: { query: membershipsQuery },
      response: {
        status: 200,
        description: "A page of the catalogue.",
        schema: MembershipsAnswer,
        example: {
          memberships: [exampleMembership],
          meta: { current_page: 1, next_page: null, prev_page: null, total_pages: 1, total_records: 1 },
        },
        etag: true,
        headers: ["Link"],
      },
    },
    async ({ call, query }) => {
      const { rows, total } = await listMemberships(call.databases.directory, query);
      return { memberships: rows.map(viewMembership), meta: linkPage(call, query, total) };
    },
  ),
  route(
    {
      method: "get",
      path: "/memberships/{id}",
      operationId: "getMembership",
      summary: "Get a membership",
      tag,
      access: signedInPolicy,
      request: { params: MembershipParams },
      response: {
        status: 200,
        description: "The membership.",
        schema: MembershipAnswer,
        example: { membership: exampleMembership },
        etag: true,
      },
      errors: ["not_found"],
    },
    async ({ call, params }) => {
      const row = await findMembership(call.databases.directory, params.id);
      if (!row) throw notFound();
      return { membership: viewMembership(row) };
    },
  ),
  creatingRoute(
    {
      method: "post",
      path: "/companies/{company_id}/membership",
      operationId: "attachMembership",
      summary: "Take a membership",
      description:
        "`membership_id` comes in the query or in the body; two different ones are a 422. It replaces the present one, which stays in the history.\n\n" +
        "Its limits hold for the company and for all below it that have none of their own, together: `users` is " +
        "how many people may have an access in them, `imports_per_month` how many imports they may start in a " +
        "month of the calendar, in the time zone of the company that has the membership. What goes beyond is a " +
        "402; the present ones stay. Without any membership there is no limit.",
      tag,
      access: companyPolicy({ role: "owner", field: "company_id" }),
      request: { params: CompanyMembershipParams, query: AttachQuery, body: AttachBody },
      response: {
        status: 201,
        description: "The membership that the company has now.",
        schema: CompanyMembershipAnswer,
        example: { company_membership: exampleCompanyMembership },
      },
    },
    {
      async early({ query, body, databases }) {
        const id = body.membership_id ?? query.membership_id;
        return id === undefined ? undefined : findMembership(databases.directory, id);
      },
      create: async ({ call, actor, companyId, query, body, creation, read: membership }) => {
        const { membership_id: membershipId = query.membership_id } = body;
        if (query.membership_id !== undefined && query.membership_id !== membershipId) {
          throw contradiction("membership_id", membershipId, query.membership_id);
        }
        if (membershipId === undefined) {
          throw fieldError("invalid_body", "membership_id", "invalid_type", "must be the id of a membership");
        }
        const db = call.databases.directory;
        return attachMembership(db, companyId, membership, originOf(call, actor), creation);
      },
      find: ({ call }, id) => findCompanyMembership(call.databases.directory, id),
      show: (_, attached) => ({ company_membership: viewCompanyMembership(attached) }),
    },
  ),
  route(
    {
      method: "post",
      path: "/companies/{company_id}/membership/cancel",
      operationId: "cancelMembership",
      summary: "Cancel the membership",
      description: "At the end of its period, or at once with `immediately`.",
      tag,
      access: companyPolicy({ role: "owner", field: "company_id" }),
      request: { params: CompanyMembershipParams, body: CancelBody },
      response: {
        status: 200,
        description: "The membership as it is now.",
        schema: CompanyMembershipAnswer,
        example: {
          company_membership: {
            ...exampleCompanyMembership,
            status: "canceling",
            canceled_at: "2026-02-20T09:12:00.000Z",
          },
        },
      },
      errors: ["no_membership"],
    },
    {
      early: ({ params, databases }) => presentMembership(databases.directory, params.company_id),
      async handle({ call, actor, companyId, body, read: present }) {
        const db = call.databases.directory;
        const row = await cancelMembership(db, companyId, present, body.immediately, originOf(call, actor));
        return { company_membership: viewCompanyMembership(row) };
      },
    },
  ),
];
