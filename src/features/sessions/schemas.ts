import * as z from "zod";
import { Password } from "../../auth/password-rules.ts";
import { Time } from "../../http/fields.ts";
import { exampleUser, User } from "../users/schemas.ts";

const RefreshToken = z
  .string()
  .length(43)
  .regex(/^[\w-]+$/);

export const LoginBody = z
  .strictObject({
    email: z.string().trim().min(1).max(254).meta({ format: "email" }),
    password: Password,
  })
  .meta({ id: "LoginBody", example: { email: "manager@demo.test", password: "leadsy-demo-password" } });

export const RefreshBody = z
  .strictObject({ refresh_token: RefreshToken })
  .meta({ id: "RefreshBody", example: { refresh_token: "pP5cQk3uT1zX0bYy3nq8Zr6sVw2LhJ4mKd7fGa9eHcI" } });

/** A session as the one whose it is sees it. */
export const Session = z
  .strictObject({
    token: z.string().max(4096).meta({ pattern: "^[\\w-]+\\.[\\w-]+\\.[\\w-]+$" }),
    expires_at: Time.meta({ description: "When the access token ends." }),
    refresh_token: RefreshToken,
    user: User,
  })
  .meta({ id: "Session" });

export const exampleSession: z.input<typeof Session> = {
  token: "eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCJ9.eyJzdWIiOiIzIn0.c2lnbmF0dXJl",
  expires_at: "2026-02-17T22:09:09.000Z",
  refresh_token: "pP5cQk3uT1zX0bYy3nq8Zr6sVw2LhJ4mKd7fGa9eHcI",
  user: exampleUser,
};

export const JwtAnswer = z.strictObject({ user: User, expires_at: Time }).meta({ id: "JwtAnswer" });
