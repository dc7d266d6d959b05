import * as z from "zod";
import { Time } from "../../http/fields.ts";
import { User } from "../users/schemas.ts";

export const LoginBody = z
  .strictObject({
    email: z.string().trim().min(1).max(254).meta({ format: "email" }),
    password: z.string().min(1).max(256).meta({ format: "password" }),
  })
  .meta({ id: "LoginBody", example: { email: "manager@demo.test", password: "leadsy-demo-password" } });

export const LoginAnswer = z
  .strictObject({
    token: z.string().max(4096).meta({ pattern: "^[\\w-]+\\.[\\w-]+\\.[\\w-]+$" }),
    expires_at: Time,
    refresh_token: z.string().length(43).meta({ pattern: "^[\\w-]+$" }),
    user: User,
  })
  .meta({ id: "LoginAnswer" });

export const JwtAnswer = z.strictObject({ user: User, expires_at: Time }).meta({ id: "JwtAnswer" });
