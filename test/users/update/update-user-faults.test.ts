import { env } from "cloudflare:test";
import { expect, test } from "vitest";
import { bodyOf, problemOf } from "../../harness/api.ts";
import { createCompany, createUser, PASSWORD } from "../../harness/factories.ts";
import { dumpDirectory, failAtEveryStatement } from "../../harness/failing-statement.ts";
import { eventsOf, rowsOf } from "../../harness/people.ts";

/** Makes a change with the directory failing at each place, and gives how often it did. */
async function failing(id: number, token: string, json: unknown): Promise<number> {
  const before = await dumpDirectory();
  const { failures, answer } = await failAtEveryStatement(
    `/users/${id}`,
    { method: "PUT", token, json },
    async (failed) => {
      expect((await problemOf(failed, 500)).code).toBe("internal_error");
      expect(await dumpDirectory()).toEqual(before);
    },
    // So many attempts would run into the limits, whose counting is no part of this.
    { LOGIN_LIMIT: env.REQUEST_LIMIT, RESET_LIMIT: env.REQUEST_LIMIT },
  );
  await bodyOf(answer);
  return failures;
}

/** Before each transaction: who calls; whom it is about, what the caller has in their companies, after both; their account. */
const READS = 5;
/** At its end: the user as they are shown, and the end itself. */
const END = 2;

test("a failure at any statement leaves password, address, profile, sessions and mails as they were", async () => {
  const user = await createUser({ password: true });
  const family = crypto.randomUUID();
  await env.DIRECTORY.prepare(
    "INSERT INTO sessions (user_id, family, refresh_hash, created_at, expires_at) VALUES (?1, ?2, ?2, 0, 0)",
  )
    .bind(user.id, family)
    .run();
  const failures = await failing(user.id, user.token, {
    first_name: "Ana",
    email: `new-${user.email}`,
    password: "seven lamps on the stairs",
    current_password: PASSWORD,
  });
  // Guard and user; an event of the profile; sessions, links and event of the password; links, event and two
  // mails of the address.
  expect(failures).toBe(READS + 2 + 1 + 3 + 4 + END);
  expect((await eventsOf("user", user.id)).map((event) => event.action)).toEqual([
    "user.updated",
    "user.password_changed",
    "user.email_change_requested",
  ]);
  const [session] = await rowsOf("SELECT revoked_at FROM sessions WHERE family = ?", family);
  expect(session.revoked_at).not.toBeNull();
});

test("a failure at any statement leaves a user who is disabled as they were", async () => {
  const company = await createCompany();
  const owner = await createUser({ access: [{ company, role: "owner" }] });
  const agent = await createUser({ access: [{ company, role: "agent" }] });
  const failures = await failing(agent.id, owner.token, { status: "disabled", phone: "5512345678" });
  // Two guards and the user; an event of the profile; version, sessions,
  // links, the invitations that they gave, with links and event, and the event of the status.
  expect(failures).toBe(READS + 2 + 1 + 1 + 3 + 3 + 1 + END);
  const [row] = await rowsOf("SELECT status, token_version, phone FROM users WHERE id = ?", agent.id);
  expect(row).toEqual({ status: "disabled", token_version: 1, phone: "5512345678" });
});
