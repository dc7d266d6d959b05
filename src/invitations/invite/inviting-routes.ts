import { originOf } from "../../audit/record.ts";
import { findCompanyHome } from "../../companies/queries.ts";
import { notFound } from "../../errors.ts";
import { linkPage } from "../../http/lists/pagination.ts";
import { BASE_PATH } from "../../http/mount.ts";
import { companyPolicy } from "../../http/policies/company.ts";
import type { LoadDirectoryRow } from "../../http/policies/directory-row.ts";
import { directoryRowPolicy } from "../../http/policies/directory-row.ts";
import { creatingRoute, type Route, route } from "../../http/route.ts";
import { findInvitation, hasAccess, type InvitationRow, listInvitationsOf } from "../queries.ts";
import {
  ById,
  CompanyParams,
  exampleInvitation,
  InvitationAnswer,
  InvitationBody,
  InvitationsAnswer,
  invitationsQuery,
} from "../schemas.ts";
import { viewInvitation } from "../view.ts";
import { createInvitation } from "./create-invitation.ts";
import { removeInvitation } from "./remove-invitation.ts";

const loadInvitation: LoadDirectoryRow<InvitationRow> = async ({ invitation = "" }, db) =>
  /^[1-9]\d{0,15}$/.test(invitation) ? findInvitation(db, Number(invitation)) : undefined;

/** What those do who invite. */
export const invitingRoutes: Route[] = [
  creatingRoute(
    {
      method: "post",
      path: "/invitations",
      operationId: "createInvitation",
      summary: "Invite somebody into a company",
      description:
        "Mails a code that is good for seven days. An older invitation of the same address into the same company " +
        "ends with it, so that this is also how to send one again. A `manager` invites with an access below " +
        "`manager`, an `owner` with any. It takes a confirmed e-mail address of one's own, and ends with the right " +
        "to give it. Within an hour, five invitations go to one address from one user, or from one company with " +
        "those above and below it, and thirty come from one user; beyond that it is a 429. An address that gets too " +
        "many mails, from all companies together, is not mailed: the invitation is open all the same.",
      tag: "Invitations",
      access: companyPolicy({ role: "manager", in: "body", field: "company_id" }),
      limit: "create",
      request: { body: InvitationBody },
      response: {
        status: 201,
        description: "The invitation is open and its mail on its way.",
        schema: InvitationAnswer,
        example: { invitation: exampleInvitation },
        headers: ["Location"],
      },
      errors: ["access_exists", "email_not_confirmed"],
    },
    {
      early: ({ body, databases }) =>
        hasAccess(databases.directory, {
          email: body.email,
          companyId: body.company_id,
          accessId: body.access_id,
        }),
      create: ({ call, actor, companyId, body, creation, read: isHeld }) => {
        const offer = {
          email: body.email,
          companyId,
          accessId: body.access_id,
          firstName: body.first_name ?? null,
          lastName: body.last_name ?? null,
        };
        const db = call.databases.directory;
        return createInvitation(call, db, originOf(call, actor), actor, offer, isHeld, creation);
      },
      find: ({ call }, id) => findInvitation(call.databases.directory, id),
      show: ({ call, actor, companyId }, created) => {
        // Alone in its list, since the address of one invitation is its code.
        call.setHeader("Location", `${BASE_PATH}/companies/${companyId}/invitations?id_eq=${created.id}`);
        return { invitation: viewInvitation(created, actor, call.now) };
      },
    },
  ),
  route(
    {
      method: "get",
      path: "/companies/{id}/invitations",
      operationId: "listCompanyInvitations",
      summary: "List the invitations of a company",
      description: "Open and past ones, the newest first.",
      tag: "Invitations",
      access: companyPolicy({ role: "manager", field: "id" }),
      request: { params: CompanyParams, query: invitationsQuery },
      response: {
        status: 200,
        description: "A page of invitations.",
        schema: InvitationsAnswer,
        example: {
          invitations: [exampleInvitation],
          meta: { current_page: 1, next_page: null, prev_page: null, total_pages: 1, total_records: 1 },
        },
        headers: ["Link"],
      },
    },
    async ({ call, actor, companyId, query }) => {
      const [db, now] = [call.databases.directory, call.now];
      if (!actor.grants.has(companyId) && !(await findCompanyHome(db, companyId))) throw notFound();
      const { rows, total } = await listInvitationsOf(db, companyId, query, now);
      return {
        invitations: rows.map((row) => viewInvitation(row, actor, now)),
        meta: linkPage(call, query, total),
      };
    },
  ),
  route(
    {
      method: "delete",
      path: "/invitations/{invitation}",
      operationId: "removeInvitation",
      summary: "Take an invitation back",
      description: "Its code ends at once. Only for those who may grant the access that is offered.",
      tag: "Invitations",
      access: directoryRowPolicy({ role: "manager", load: loadInvitation }),
      request: { params: ById },
      response: { status: 204, description: "It is taken back." },
      errors: ["invitation_ended"],
    },
    async ({ call, actor, row }) => {
      await removeInvitation(call.databases.directory, originOf(call, actor), actor, row);
      return undefined;
    },
  ),
];
