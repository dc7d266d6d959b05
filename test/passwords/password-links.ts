import { env } from "cloudflare:test";
import { and, isNull } from "drizzle-orm";
import { expect } from "vitest";
import { openDirectory } from "../../src/db/clients.ts";
import { mails } from "../../src/db/directory/schema.ts";
import { call } from "../harness/api.ts";
import { dumpDirectory } from "../harness/failing-statement.ts";

export const NEW_PASSWORD = "three lamps on the stairs";

export const MINUTE = 60_000;

export const db = openDirectory(env.DIRECTORY);

export const complete = (token: unknown, password: unknown = NEW_PASSWORD) =>
  call("/users/reset_password", { method: "PUT", json: { token, password } });

export const login = (email: string, password: string) =>
  call("/users/login", { method: "POST", json: { email, password } });

/** Everything there is of people, once no mail is on its way any more. */
export async function quietDirectory() {
  const waiting = () => db.$count(mails, and(isNull(mails.doneAt), isNull(mails.failedAt)));
  await expect.poll(waiting).toBe(0);
  return dumpDirectory();
}
