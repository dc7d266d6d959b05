import { originOf } from "../../audit/record.ts";
import { hasConfirmedEmail, type UserActor } from "../../auth/actor.ts";
import { readLinkToken } from "../../auth/tokens/link-tokens.ts";
import { requireFound } from "../../errors.ts";
import { linkPage } from "../../http/lists/pagination.ts";
import { publicPolicy } from "../../http/policies/open.ts";
import { signedInPolicy } from "../../http/policies/signed-in.ts";
import type { Call } from "../../http/request/call.ts";
import { type Route, route } from "../../http/route.ts";
import { findInvitation, type InvitationRow, listPending } from "../queries.ts";
import {
  ByCode,
  ByCodeOrId,
  exampleInvitation,
  InvitationAnswer,
  InvitationsAnswer,
  pendingQuery,
} from "../schemas.ts";
import { viewInvitation } from "../view.ts";
import { acceptInvitation } from "./accept-invitation.ts";
import { declineInvitation } from "./decline-invitation.ts";

/** As who is not of the company sees it. */
const exampleOffer = { ...exampleInvitation, invited_by: null };

/** What those do who are invited. */
export const invitedRoutes: Route[] = [
  route(
    {
      method: "get",
      path: "/invitations/pending",
      operationId: "listPendingInvitations",
      summary: "List the open invitations of an e-mail address",
      description:
        "One's own, of whichever company; with the `email` of somebody else those of companies in which the " +
        "caller is `manager` or higher. Their codes are in the mails alone.",
      tag: "Invitations",
      access: signedInPolicy,
      limit: "lookup",
      request: { query: pendingQuery },
      response: {
        status: 200,
        description: "A page of open invitations.",
        schema: InvitationsAnswer,
        example: {
          invitations: [exampleOffer],
          meta: { current_page: 1, next_page: null, prev_page: null, total_pages: 1, total_records: 1 },
        },
        headers: ["Link"],
      },
    },
    async ({ call, actor, query }) => {
      const now = call.now;
      const { rows, total } = await listPending(call.databases.directory, actor, query, now);
      await actor.grants.lookUp(rows.map(({ companyId }) => companyId));
      return {
        invitations: rows.map((row) => viewInvitation(row, actor, now)),
        meta: linkPage(call, query, total),
      };
    },
  ),
  route(
    {
      method: "get",
      path: "/invitations/{invitation}",
      operationId: "getInvitation",
      summary: "Look at an invitation",
      description:
        "For the page that the mail leads to: what is offered, and whether it is still open. With the e-mail " +
        "address of an account, sign in and accept it; without one, `POST /users` with the code.",
      tag: "Invitations",
      access: publicPolicy,
      limit: "lookup",
      request: { params: ByCode },
      response: {
        status: 200,
        description: "The invitation.",
        schema: InvitationAnswer,
        example: { invitation: exampleOffer },
        etag: true,
      },
      errors: ["not_found"],
    },
    async ({ call, params }) => {
      const invitation = await invitationOf(call, params.invitation);
      return { invitation: viewInvitation(invitation, null, call.now) };
    },
  ),
  route(
    {
      method: "post",
      path: "/invitations/{invitation}/accept",
      operationId: "acceptInvitation",
      summary: "Accept an invitation",
      description:
        "Gives the caller the access, from the next request on; an access that they have in the company already " +
        "gets stronger by it or stays. The caller's e-mail address has to be the one that was invited, and " +
        "confirmed. An invitation counts only as long as its inviter may give it. Where the company's membership allows no more users it is a 402, and the invitation stays open.",
      tag: "Invitations",
      access: signedInPolicy,
      request: { params: ByCodeOrId },
      response: {
        status: 200,
        description: "It is accepted.",
        schema: InvitationAnswer,
        example: {
          invitation: { ...exampleOffer, status: "accepted", accepted_at: "2026-02-18T09:12:44.000Z" },
        },
      },
      errors: ["membership_limit", "forbidden", "email_not_confirmed", "not_found", "invitation_ended"],
    },
    async ({ call, actor, params }) => {
      const offered = await invitationFor(call, actor, params.invitation);
      const db = call.databases.directory;
      // Who was nobody in the company before sees it as before.
      await actor.grants.lookUp([offered.companyId]);
      const accepted = await acceptInvitation(db, originOf(call, actor), actor, offered);
      return { invitation: viewInvitation(accepted, actor, call.now) };
    },
  ),
  route(
    {
      method: "post",
      path: "/invitations/{invitation}/decline",
      operationId: "declineInvitation",
      summary: "Decline an invitation",
      description:
        "Ends it: its code does not count any more, and the company sees that it was declined. As for accepting, the " +
        "caller's e-mail address has to be the one that was invited, and confirmed.",
      tag: "Invitations",
      access: signedInPolicy,
      request: { params: ByCodeOrId },
      response: {
        status: 200,
        description: "It is declined.",
        schema: InvitationAnswer,
        example: { invitation: { ...exampleOffer, status: "declined" } },
      },
      errors: ["forbidden", "email_not_confirmed", "not_found", "invitation_ended"],
    },
    async ({ call, actor, params }) => {
      const offered = await invitationFor(call, actor, params.invitation);
      await actor.grants.lookUp([offered.companyId]);
      const declined = await declineInvitation(
        call.databases.directory,
        originOf(call, actor),
        actor,
        offered,
      );
      return { invitation: viewInvitation(declined, actor, call.now) };
    },
  ),
];

/** @throws 404 for a code that is not ours, and for the id of an invitation that is not for the actor. */
async function invitationFor(call: Call, actor: UserActor, codeOrId: string): Promise<InvitationRow> {
  if (!/^[1-9]\d{0,15}$/.test(codeOrId)) return invitationOf(call, codeOrId);
  const invitation = await findInvitation(call.databases.directory, Number(codeOrId));
  return requireFound(invitation?.email === actor.email && hasConfirmedEmail(actor) ? invitation : undefined);
}

/** @throws 404 for a code that is not ours. */
async function invitationOf(call: Call, code: string): Promise<InvitationRow> {
  const id = readLinkToken(call.env, "invitation", code);
  return requireFound(id === null ? undefined : await findInvitation(call.databases.directory, id));
}
