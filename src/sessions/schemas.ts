import * as z from "zod";
import { Password } from "../auth/passwords/password-rules.ts";
import { listQuery } from "../http/lists/list-query.ts";
import { PageMeta } from "../http/lists/pagination.ts";
import { Id, PathId, Time } from "../http/validation/fields.ts";
import { exampleUser, User } from "../users/schemas.ts";

const RefreshToken = z
  .string()
  .regex(/^[\w-]{43}$/, { error: "is no refresh token: send the one of your last sign-in or refresh" })
  .meta({ minLength: 43, maxLength: 43 });

export const LoginBody = z
  .strictObject({
    email: z.string().trim().min(1).max(254).meta({ format: "email" }),
    password: Password,
    device_token: z
      .string()
      .min(1)
      .max(128)
      .optional()
      .meta({
        description:
          "From an earlier sign-in on this device: a known device never waits for what strangers try at the account. One " +
          "that is not known is not kept: the answer has a new one.",
      }),
  })
  .meta({ id: "LoginBody", example: { email: "manager@demo.test", password: "leadsy-demo-password" } });

export const LoginQuery = z.strictObject({
  session: z
    .enum(["cookie"])
    .optional()
    .meta({
      description:
        "`cookie`: for browsers. The refresh token comes as a cookie that scripts cannot read (`HttpOnly`, `Secure`, " +
        "`SameSite=Strict`, for `/api/v1/users/refresh` alone), and `refresh_token` is `null`.",
    }),
});

export const RefreshBody = z
  .strictObject({
    refresh_token: RefreshToken.optional().meta({ description: "Without one, that of the cookie counts." }),
  })
  .meta({ id: "RefreshBody", example: { refresh_token: "pP5cQk3uT1zX0bYy3nq8Zr6sVw2LhJ4mKd7fGa9eHcI" } });

/** A session as the one whose it is sees it. */
export const Session = z
  .strictObject({
    token: z.string().max(4096).meta({ pattern: "^[\\w-]+\\.[\\w-]+\\.[\\w-]+$" }),
    expires_at: Time.meta({ description: "When the access token ends." }),
    refresh_token: RefreshToken.nullable().meta({ description: "`null` where the session is a cookie's." }),
    user: User,
    device_token: z.string().max(128).optional().meta({
      description:
        "After a sign-in: send it with the next one on this device, which is known then. It opens nothing by itself.",
    }),
  })
  .meta({ id: "Session" });

export const exampleSession: z.input<typeof Session> = {
  token: "eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCJ9.eyJzdWIiOiIzIn0.c2lnbmF0dXJl",
  expires_at: "2026-02-17T22:09:09.000Z",
  refresh_token: "pP5cQk3uT1zX0bYy3nq8Zr6sVw2LhJ4mKd7fGa9eHcI",
  user: exampleUser,
};

export const exampleSignedIn: z.input<typeof Session> = {
  ...exampleSession,
  device_token: "mJ0k2b7c9d4e6f8g1h3i5A.1771365249000.QbY3nq8Zr6sVw2LhJ4mKd7fGa9eHcIpP5cQk3uT1zX0",
};

/** A session in the list of one's own. */
export const ListedSession = z
  .strictObject({
    id: Id,
    current: z.boolean().meta({ description: "Whether it is the one that asks." }),
    ip: z.string().max(64).nullable().meta({ description: "Where it was refreshed from last." }),
    user_agent: z.string().max(512).nullable(),
    created_at: Time.meta({ description: "When its user signed in." }),
    last_used_at: Time.meta({ description: "When it was refreshed last." }),
    expires_at: Time.meta({
      description:
        "When it ends by itself: 30 days after it was refreshed last, and 90 days after the sign-in.",
    }),
  })
  .meta({ id: "ListedSession" });

export const SessionsAnswer = z
  .strictObject({ sessions: z.array(ListedSession).max(100), meta: PageMeta })
  .meta({ id: "SessionsAnswer" });

export const exampleListedSession: z.input<typeof ListedSession> = {
  id: 42,
  current: true,
  ip: "203.0.113.9",
  user_agent: "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0",
  created_at: "2026-02-17T21:54:09.000Z",
  last_used_at: "2026-02-19T08:12:30.000Z",
  expires_at: "2026-03-21T08:12:30.000Z",
};

export const sessionsQuery = listQuery({}, ["-id", "created_at", "last_used_at"]);
export const SessionParams = z.object({ id: PathId });

export const JwtAnswer = z.strictObject({ user: User, expires_at: Time }).meta({ id: "JwtAnswer" });
