import { originOf } from "../audit/record.ts";
import { unconfirmedActor } from "../auth/visibility.ts";
import { openDirectory } from "../db/clients.ts";
import { linkPage } from "../http/lists/pagination.ts";
import { userPolicy } from "../http/policies/user.ts";
import { creatingRoute, type Route, route } from "../http/route.ts";
import { NO_ID } from "../http/validation/named-id.ts";
import { findGranted } from "./grant/consent.ts";
import { grantAccesses } from "./grant/grant-accesses.ts";
import { listUserAccesses } from "./queries.ts";
import { removeAccess } from "./remove-access.ts";
import { replaceAccesses } from "./replace-accesses.ts";
import {
  exampleGrantedAccess,
  exampleUserAccess,
  GrantBody,
  ReplaceBody,
  UserAccessesAnswer,
  UserAccessParams,
  UserAccessSetAnswer,
  UserParams,
  userAccessesQuery,
} from "./schemas.ts";
import { viewAccessOrOffer, viewUserAccess } from "./view.ts";

const WHO_GRANTS =
  "An owner of a company, or of one above it, grants any access there, a manager those below manager. " +
  "It takes a confirmed e-mail address of one's own. " +
  "Somebody new to the companies that share a membership is a 402 where it allows no more users. ";
const CONSENT =
  "Somebody whom the caller does not manage yet in the tree of the company is not put into it but invited: the " +
  "access is `pending` until they accept the invitation, which is mailed and takes what `POST /invitations` takes. " +
  "So is anything more for a user who has a password and whose address is not confirmed, and the access of an owner " +
  "for any user whose address is not. ";
const PRIMARY =
  "`primary: true` makes an access the user's primary one: users choose that for themselves alone. ";
const WHEN = "It counts from the user's next request on.";

export const userAccessesRoutes: Route[] = [
  creatingRoute(
    {
      method: "post",
      path: "/users/{user_id}/user_access",
      operationId: "grantUserAccesses",
      summary: "Give a user accesses",
      description:
        `Gives accesses in companies where the user has none: all of them, or none. ${WHO_GRANTS}${CONSENT}` +
        `A user's first access is their primary one. ${PRIMARY}${WHEN}`,
      tag: "Accesses",
      access: userPolicy({ may: "grant", field: "user_id" }),
      request: { params: UserParams, body: GrantBody },
      response: {
        status: 201,
        description: "The new accesses.",
        schema: UserAccessSetAnswer,
        example: { user_accesses: [exampleGrantedAccess] },
      },
      errors: ["membership_limit", "access_exists", "email_not_confirmed"],
    },
    {
      create: ({ call, actor, target, body, creation }) => {
        const db = call.databases.directory;
        const granting = {
          env: call.env,
          waitUntil: call.waitUntil,
          db,
          actor,
          origin: originOf(call, actor),
          target,
        };
        return grantAccesses(granting, body.user_accesses, creation);
      },
      // What was created is known by the user and the companies that the request names.
      find: ({ call, target, body }) =>
        findGranted(
          call.databases.directory,
          target.id,
          body.user_accesses.map((one) => one.company_id),
        ),
      show: ({ target }, rows) => ({ user_accesses: rows.map((row) => viewAccessOrOffer(row, target.id)) }),
    },
  ),
  route(
    {
      method: "get",
      path: "/users/{user_id}/user_access",
      operationId: "listUserAccesses",
      summary: "List a user's accesses",
      description: "Users see all of their own; anyone else those in companies that they have access to.",
      tag: "Accesses",
      access: userPolicy({ may: "see", field: "user_id" }),
      request: { params: UserParams, query: userAccessesQuery },
      response: {
        status: 200,
        description: "A page of accesses.",
        schema: UserAccessesAnswer,
        example: {
          user_accesses: [exampleUserAccess, exampleGrantedAccess],
          meta: { current_page: 1, next_page: null, prev_page: null, total_pages: 1, total_records: 2 },
        },
        headers: ["Link"],
      },
    },
    {
      // What the caller may see is asked for with it: never of a replica, which may lag behind.
      early: ({ params, query, databases, callerId }) =>
        listUserAccesses(
          openDirectory(databases.primaryDirectoryClient),
          unconfirmedActor(callerId ?? NO_ID),
          params.user_id,
          query,
        ),
      handle: async ({ call, query, read: { rows, total } }) => ({
        user_accesses: rows.map(viewUserAccess),
        meta: linkPage(call, query, total),
      }),
    },
  ),
  route(
    {
      method: "put",
      path: "/users/{user_id}/user_access",
      operationId: "replaceUserAccesses",
      summary: "Replace a user's accesses",
      description:
        "Makes what the user has, of all that the caller may grant, exactly this set, in one step: accesses that " +
        "it lacks are removed, those that it has keep their id. An access that the caller could not grant stays " +
        `as it is, whether it is named or not; changing it is a 403. ${WHO_GRANTS}${CONSENT}` +
        `Where the primary access goes, the oldest one takes its place. ${PRIMARY}${WHEN}`,
      tag: "Accesses",
      access: userPolicy({ may: "grant", field: "user_id" }),
      request: { params: UserParams, body: ReplaceBody },
      response: {
        status: 200,
        description: "The set, with the ids of what is new.",
        schema: UserAccessSetAnswer,
        example: { user_accesses: [exampleUserAccess, exampleGrantedAccess] },
      },
      errors: ["membership_limit", "last_owner", "email_not_confirmed"],
    },
    async ({ call, actor, target, body }) => {
      const db = call.databases.directory;
      const origin = originOf(call, actor);
      const rows = await replaceAccesses(
        { env: call.env, waitUntil: call.waitUntil, db, actor, origin, target },
        body.user_accesses,
      );
      return { user_accesses: rows.map((row) => viewAccessOrOffer(row, target.id)) };
    },
  ),
  route(
    {
      method: "delete",
      path: "/users/{user_id}/user_access/{id}",
      operationId: "removeUserAccess",
      summary: "Take an access from a user",
      description:
        "For those who could grant the access; users may always leave a company themselves. Nobody else removes its " +
        "last owner, and where that one leaves, operators see it as a company without an owner. Only owners who are " +
        "active and whose address is confirmed count. Where the primary access goes, the oldest one takes its place. " +
        WHEN,
      tag: "Accesses",
      access: userPolicy({ may: "see", field: "user_id", loadsRoots: true }),
      request: { params: UserAccessParams },
      response: { status: 204, description: "The access is gone." },
      errors: ["forbidden", "last_owner"],
    },
    async ({ call, actor, target, params }) => {
      const db = call.databases.directory;
      await removeAccess(
        { env: call.env, waitUntil: call.waitUntil, db, actor, origin: originOf(call, actor), target },
        params.id,
      );
      return undefined;
    },
  ),
];
