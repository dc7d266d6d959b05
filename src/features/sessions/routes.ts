import { type Route, route } from "../../http/route.ts";
import { isoTime } from "../../http/time.ts";
import { originOf } from "../audit/record.ts";
import { exampleUser, UserAnswer } from "../users/schemas.ts";
import { showUser } from "../users/show-user.ts";
import { login } from "./login.ts";
import { logout } from "./logout.ts";
import { refresh } from "./refresh.ts";
import { exampleSession, JwtAnswer, LoginBody, RefreshBody, Session } from "./schemas.ts";
import { viewSession } from "./view.ts";

export const sessionsRoutes: Route[] = [
  route(
    {
      method: "post",
      path: "/users/login",
      operationId: "login",
      summary: "Sign in",
      description:
        "Gives an access token for 15 minutes and a refresh token for 30 days. The answer to an unknown e-mail " +
        "and to a wrong password is the same, and takes the same time. After five failures in a row there is a " +
        "wait before the next attempt: a second, then twice as long after each one more, up to a minute.",
      tag: "Sessions",
      access: { kind: "public" },
      limit: "login",
      request: { body: LoginBody },
      response: { status: 200, description: "Signed in.", schema: Session, example: exampleSession },
      errors: ["invalid_credentials"],
    },
    async ({ c, body }) => {
      const db = c.get("databases").directory;
      return viewSession(c.env, await login(db, body, originOf(c, null)), c.get("now"));
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
        "a second time is in two hands, so the session ends at once for both: keep the new one before you use it, " +
        "and never send two requests with the same one.",
      tag: "Sessions",
      access: { kind: "public" },
      limit: "login",
      request: { body: RefreshBody },
      response: { status: 200, description: "Still signed in.", schema: Session, example: exampleSession },
      errors: ["session_ended"],
    },
    async ({ c, body }) => {
      const db = c.get("databases").directory;
      return viewSession(c.env, await refresh(db, body.refresh_token, originOf(c, null)), c.get("now"));
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
      access: { kind: "signed_in" },
      response: { status: 204, description: "Signed out." },
    },
    async ({ c, actor }) => {
      await logout(c.get("databases").directory, c.get("claims").session, originOf(c, actor.userId));
      return undefined;
    },
  ),
  route(
    {
      method: "get",
      path: "/users/me",
      operationId: "getMe",
      summary: "Who is signed in",
      tag: "Sessions",
      access: { kind: "signed_in" },
      response: {
        status: 200,
        description: "The user whose token it is.",
        schema: UserAnswer,
        example: { user: exampleUser },
        etag: true,
      },
    },
    async ({ c, actor }) => ({ user: await showUser(c.get("databases").directory, null, actor.userId) }),
  ),
  route(
    {
      method: "get",
      path: "/users/validate_jwt",
      operationId: "validateJwt",
      summary: "Check an access token",
      description: "Says whose token it is and until when it counts; 401 for whatever is not a good token.",
      tag: "Sessions",
      access: { kind: "signed_in" },
      response: {
        status: 200,
        description: "The token counts.",
        schema: JwtAnswer,
        example: { user: exampleUser, expires_at: "2026-02-17T22:09:09.000Z" },
      },
    },
    async ({ c, actor }) => {
      const user = await showUser(c.get("databases").directory, null, actor.userId);
      return { user, expires_at: isoTime(c.get("claims").expiresAt * 1000) };
    },
  ),
];
