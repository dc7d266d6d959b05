import { originOf } from "../audit/record.ts";
import { KNOWN_SOURCES_AN_HOUR, UNKNOWN_SOURCES_AN_HOUR } from "../auth/sessions/login-failures.ts";
import { fieldError, requireFound } from "../errors.ts";
import { linkPage } from "../http/lists/pagination.ts";
import { publicPolicy } from "../http/policies/open.ts";
import { signedInPolicy } from "../http/policies/signed-in.ts";
import { type Route, route } from "../http/route.ts";
import { SMALL_BODY_BYTES } from "../http/route-spec.ts";
import { isoTime } from "../http/time.ts";
import { NO_ID } from "../http/validation/named-id.ts";
import { exampleUser, UserAnswer } from "../users/schemas.ts";
import { showUser } from "../users/show-user.ts";
import {
  deviceCookie,
  dropRefreshCookie,
  refreshCookie,
  setDeviceCookie,
  setRefreshCookie,
} from "./cookies.ts";
import { login } from "./login.ts";
import { logout } from "./logout.ts";
import { findFamily, listSessions } from "./queries.ts";
import { refresh } from "./refresh.ts";
import {
  exampleListedSession,
  exampleSession,
  exampleSignedIn,
  JwtAnswer,
  LoginBody,
  LoginQuery,
  RefreshBody,
  Session,
  SessionParams,
  SessionsAnswer,
  sessionsQuery,
} from "./schemas.ts";
import { viewListedSession, viewSession } from "./view.ts";

const signingIn: Route[] = [
  route(
    {
      method: "post",
      path: "/users/login",
      operationId: "login",
      summary: "Sign in",
      description:
        "Gives an access token for 15 minutes and a refresh token. The answer to an unknown e-mail and to a wrong " +
        "password is the same, and takes the same time.\n\n" +
        "After five failures in a row from one network there is a wait before its next attempt at the account: a " +
        "second, then twice as long after each one more, up to a minute. Other networks do not wait for it. All " +
        `networks together that the account was never signed in from may try ${UNKNOWN_SOURCES_AN_HOUR} times an ` +
        `hour; known networks, and known devices, have ${KNOWN_SOURCES_AN_HOUR} tries of their own first. A device ` +
        "that sends the `device_token` of an earlier sign-in has a wait of its own. After a password reset or change, " +
        "devices that signed in before are no longer known. A sign-in from a new device is mailed to the user.",
      tag: "Sessions",
      access: publicPolicy,
      limit: "login",
      bodyBytes: SMALL_BODY_BYTES,
      request: { query: LoginQuery, body: LoginBody },
      response: { status: 200, description: "Signed in.", schema: Session, example: exampleSignedIn },
      errors: ["invalid_credentials"],
    },
    async ({ call, query, body }) => {
      const db = call.databases.directory;
      const { email, password, device_token = deviceCookie(call) } = body;
      const credentials = { email, password, deviceToken: device_token };
      const opened = await login(call.env, db, credentials, originOf(call, null));
      call.markSignedIn();
      const session = await viewSession(call.env, opened, call.now);
      if (query.session !== "cookie") return { ...session, device_token: opened.deviceToken };
      setDeviceCookie(call, opened.deviceToken);
      setRefreshCookie(call, opened.refreshToken);
      return { ...session, refresh_token: null, device_token: opened.deviceToken };
    },
  ),
  route(
    {
      method: "post",
      path: "/users/refresh",
      operationId: "refreshSession",
      summary: "Stay signed in",
      description:
        "Gives a fresh access token, and the next refresh token: each one counts once. A refresh token that comes " +
        "a second time is in two hands, so the session ends at once for both. But for 30 seconds the same client " +
        "may repeat it, and gets the same next refresh token: for an answer that was lost on the way, and for two " +
        "tabs that ask at once. A session that is not refreshed for 30 days ends, and 90 days after the sign-in " +
        "each one does.",
      tag: "Sessions",
      access: publicPolicy,
      limit: "login",
      bodyBytes: SMALL_BODY_BYTES,
      request: { body: RefreshBody },
      response: { status: 200, description: "Still signed in.", schema: Session, example: exampleSession },
      errors: ["session_ended"],
    },
    async ({ call, body }) => {
      const db = call.databases.directory;
      const cookie = body.refresh_token === undefined ? refreshCookie(call) : undefined;
      const token = body.refresh_token ?? cookie;
      if (token === undefined) {
        throw fieldError("invalid_body", "refresh_token", "missing", "is needed where no cookie has it");
      }
      const opened = await refresh(call.env, db, token, originOf(call, null));
      call.markSignedIn();
      const session = await viewSession(call.env, opened, call.now);
      if (cookie === undefined) return session;
      setRefreshCookie(call, opened.refreshToken);
      return { ...session, refresh_token: null };
    },
  ),
  route(
    {
      method: "post",
      path: "/users/logout",
      operationId: "logout",
      summary: "Sign out",
      description:
        "Ends the session that the access token belongs to: neither that token nor its refresh token counts from " +
        "the next request on. The user's other sessions go on.",
      tag: "Sessions",
      access: signedInPolicy,
      response: { status: 204, description: "Signed out." },
    },
    async ({ call, actor }) => {
      await logout(call.databases.directory, actor.session, originOf(call, actor));
      dropRefreshCookie(call);
      return undefined;
    },
  ),
];

const ownSessions: Route[] = [
  route(
    {
      method: "get",
      path: "/users/me/sessions",
      operationId: "listSessions",
      summary: "List one's own sessions",
      description: "Where the caller is signed in, the newest first.",
      tag: "Sessions",
      access: signedInPolicy,
      request: { query: sessionsQuery },
      response: {
        status: 200,
        description: "A page of sessions.",
        schema: SessionsAnswer,
        example: {
          sessions: [exampleListedSession],
          meta: { current_page: 1, next_page: null, prev_page: null, total_pages: 1, total_records: 1 },
        },
        headers: ["Link"],
      },
    },
    async ({ call, actor, query }) => {
      const db = call.databases.directory;
      const { rows, total } = await listSessions(db, actor.userId, query, call.now);
      const current = actor.session;
      return {
        sessions: rows.map((row) => viewListedSession(row, current)),
        meta: linkPage(call, query, total),
      };
    },
  ),
  route(
    {
      method: "delete",
      path: "/users/me/sessions/{id}",
      operationId: "endSession",
      summary: "End one of one's own sessions",
      description: "None of its tokens counts from the next request on.",
      tag: "Sessions",
      access: signedInPolicy,
      request: { params: SessionParams },
      response: { status: 204, description: "It has ended." },
      errors: ["not_found"],
    },
    {
      early: ({ params, databases, callerId }) =>
        findFamily(databases.directory, callerId ?? NO_ID, params.id),
      async handle({ call, actor, read }) {
        await logout(call.databases.directory, requireFound(read).family, originOf(call, actor));
        return undefined;
      },
    },
  ),
];

const whoIsSignedIn: Route[] = [
  route(
    {
      method: "get",
      path: "/users/me",
      operationId: "getMe",
      summary: "Who is signed in",
      tag: "Sessions",
      access: signedInPolicy,
      response: {
        status: 200,
        description: "The user whose token it is.",
        schema: UserAnswer,
        example: { user: exampleUser },
        etag: true,
      },
    },
    async ({ call, actor }) => ({ user: await showUser(call.databases.directory, null, actor.userId) }),
  ),
  route(
    {
      method: "get",
      path: "/users/validate_jwt",
      operationId: "validateJwt",
      summary: "Check an access token",
      description: "Says whose token it is and until when it counts; 401 for whatever is not a good token.",
      tag: "Sessions",
      access: signedInPolicy,
      response: {
        status: 200,
        description: "The token counts.",
        schema: JwtAnswer,
        example: { user: exampleUser, expires_at: "2026-02-17T22:09:09.000Z" },
      },
    },
    async ({ call, actor }) => {
      const user = await showUser(call.databases.directory, null, actor.userId);
      return { user, expires_at: isoTime(actor.tokenExpiresAt * 1000) };
    },
  ),
];

/** Sessions: how they begin, go on and end, and whose they are. */
export const sessionsRoutes: Route[] = [...signingIn, ...ownSessions, ...whoIsSignedIn];
