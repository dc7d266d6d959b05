import { countAgainst } from "../../http/rate-limit.ts";
import { type Route, route } from "../../http/route.ts";
import { isoTime } from "../../http/time.ts";
import { exampleUser } from "../users/schemas.ts";
import { showUser } from "../users/show-user.ts";
import { login } from "./login.ts";
import { JwtAnswer, LoginAnswer, LoginBody } from "./schemas.ts";

const exampleToken = "eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCJ9.eyJzdWIiOiIzIn0.c2lnbmF0dXJl";

export const sessionsRoutes: Route[] = [
  route(
    {
      method: "post",
      path: "/users/login",
      operationId: "login",
      summary: "Sign in",
      description:
        "Gives an access token for 15 minutes and a refresh token for 30 days. The answer to an unknown e-mail " +
        "and to a wrong password is the same, and takes the same time.",
      tag: "Users",
      access: { kind: "public" },
      limit: "login",
      request: { body: LoginBody },
      response: {
        status: 200,
        description: "Signed in.",
        schema: LoginAnswer,
        example: {
          token: exampleToken,
          expires_at: "2026-02-17T22:09:09.000Z",
          refresh_token: "pP5cQk3uT1zX0bYy3nq8Zr6sVw2LhJ4mKd7fGa9eHcI",
          user: exampleUser,
        },
      },
      errors: ["invalid_credentials"],
    },
    async ({ c, body }) => {
      await countAgainst(c.env.LOGIN_LIMIT, `account/${body.email.toLowerCase()}`);
      const done = await login(c.env, c.get("databases").directory, body, c.get("now"));
      return {
        token: done.token,
        expires_at: isoTime(done.expiresAt * 1000),
        refresh_token: done.refreshToken,
        user: done.user,
      };
    },
  ),
  route(
    {
      method: "get",
      path: "/users/validate_jwt",
      operationId: "validateJwt",
      summary: "Check an access token",
      description: "Says whose token it is and until when it counts; 401 for whatever is not a good token.",
      tag: "Users",
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
