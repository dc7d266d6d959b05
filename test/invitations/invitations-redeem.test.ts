import { env } from "cloudflare:test";
import { sql } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { commit } from "../../src/db/directory/commit.ts";
import { findOpenInvitation, redeemStatements } from "../../src/invitations/redeem/redeem.ts";
import { createUser } from "../harness/factories.ts";
import { accessesOf, db, eventsOf, invited, stateOfDirectory } from "./accepting.ts";

describe("redeeming within another commit", () => {
  const origin = { actor: null, ip: null, userAgent: null, requestId: "request", now: Date.now() };

  test("finds an open invitation by its code, until the very millisecond in which it expires", async () => {
    const { id, code, company, invitation } = await invited("open@example.test", 3);
    const expiresAt = Date.parse(invitation.expires_at);
    expect(await findOpenInvitation(env, db, code, expiresAt - 1)).toEqual({
      id,
      companyId: company.id,
      accessId: 3,
      email: "open@example.test",
    });
    expect(await findOpenInvitation(env, db, code, expiresAt)).toBeNull();
    expect(await findOpenInvitation(env, db, `${code}x`, origin.now)).toBeNull();
    const guest = await createUser({ email: "open@example.test" });
    const late = redeemStatements(db, { ...origin, now: expiresAt }, { invitationId: id, userId: guest.id });
    await expect(commit(db, late)).rejects.toMatchObject({ code: "invitation_ended" });
    await commit(db, redeemStatements(db, origin, { invitationId: id, userId: guest.id }));
    expect(await findOpenInvitation(env, db, code, origin.now)).toBeNull();
  });

  test("is done by a user whose id the transaction finds, and who is not signed in", async () => {
    const guest = await createUser();
    const { id, company } = await invited(guest.email, 2);
    // The id of an access that was taken away is never given again.
    await db.run(sql`INSERT INTO user_accesses (user_id, company_id, access_id, created_at)
      VALUES (${guest.id}, ${company.id}, 4, 0)`);
    await db.run(sql`DELETE FROM user_accesses WHERE user_id = ${guest.id}`);
    const userId = sql`SELECT id FROM users WHERE email = ${guest.email}`;
    await commit(db, redeemStatements(db, origin, { invitationId: id, userId }));
    const [access] = await accessesOf(guest);
    expect(access).toMatchObject({ company_id: company.id, access_id: 2, primary: 1 });
    expect(await eventsOf(guest)).toMatchObject([
      { action: "user_access.granted", object_id: access.id, company_id: company.id },
      { action: "invitation.accepted", object_id: id, company_id: company.id },
    ]);
  });

  test("is refused whole for a user with another address", async () => {
    const guest = await createUser();
    const { id } = await invited("somebody@example.test", 2);
    const before = await stateOfDirectory();
    for (const userId of [guest.id, 999_999_999, sql`SELECT id FROM users WHERE email = 'nobody'`]) {
      const statements = redeemStatements(db, origin, { invitationId: id, userId });
      await expect(commit(db, statements)).rejects.toMatchObject({ code: "invitation_ended" });
    }
    expect(await stateOfDirectory()).toEqual(before);
  });
});
