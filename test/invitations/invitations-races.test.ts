import { env } from "cloudflare:test";
import { expect, test } from "vitest";
import { linkToken } from "../../src/auth/tokens/link-tokens.ts";
import { openDirectory } from "../../src/db/clients.ts";
import { invitations, mails } from "../../src/db/directory/schema.ts";
import { call } from "../harness/api.ts";
import { createCompany, createUser, type TestCompany, type TestUser } from "../harness/factories.ts";
import { howMany } from "../harness/runtime/how-many.ts";

const db = openDirectory(env.DIRECTORY);
const RUNS = howMany(16, 50);
const HOUR = 60 * 60 * 1000;

// biome-ignore lint/suspicious/noExplicitAny: a test asserts on what is there.
async function rows(text: string, ...values: unknown[]): Promise<any[]> {
  return (
    await env.DIRECTORY.prepare(text)
      .bind(...values)
      .all()
  ).results;
}

/** An open invitation with its mail. */
async function open(company: TestCompany, inviter: TestUser, email: string): Promise<number> {
  const now = Date.now();
  const [row] = await db
    .insert(invitations)
    .values({
      companyId: company.id,
      email,
      accessId: 3,
      invitedBy: inviter.id,
      createdAt: now,
      expiresAt: now + HOUR,
    })
    .returning();
  if (!row) throw new Error("no invitation");
  await db.insert(mails).values({
    kind: "invitation",
    email,
    invitationId: row.id,
    createdAt: now,
    queuedAt: now,
    linkExpiresAt: now + HOUR,
  });
  return row.id;
}

const accept = (id: number, token: string) =>
  call(`/invitations/${linkToken(env, "invitation", id)}/accept`, { method: "POST", token });
const invite = (company: TestCompany, { token }: TestUser, email: string, access_id: number) =>
  call("/invitations", { method: "POST", token, json: { email, company_id: company.id, access_id } });
const eventsOf = async (id: number) =>
  (
    await rows(
      "SELECT action FROM audit_events WHERE object_type = 'invitation' AND object_id = ? ORDER BY id",
      id,
    )
  ).map(({ action }) => action);
const openMails = (id: number) =>
  rows("SELECT id FROM mails WHERE invitation_id = ? AND link_ended_at IS NULL", id);

test("of two who accept one invitation at once, exactly one does", async () => {
  const company = await createCompany();
  const owner = await createUser({ access: [{ company, role: "owner" }] });
  for (let run = 0; run < RUNS; run++) {
    const guest = await createUser();
    const id = await open(company, owner, guest.email);
    const answers = await Promise.all([accept(id, guest.token), accept(id, guest.token)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    const accesses = await rows("SELECT access_id FROM user_accesses WHERE user_id = ?", guest.id);
    expect(accesses).toEqual([{ access_id: 3 }]);
    expect(await eventsOf(id)).toEqual(["invitation.accepted"]);
    const granted = "SELECT id FROM audit_events WHERE action = 'user_access.granted' AND actor_id = ?";
    expect(await rows(granted, guest.id)).toHaveLength(1);
  }
});

test("of two that invite one address at once, the later one is open and the other replaced", async () => {
  const company = await createCompany();
  for (let run = 0; run < RUNS; run++) {
    const owner = await createUser({ access: [{ company, role: "owner" }] });
    const email = `twice-${crypto.randomUUID()}@example.test`;
    const answers = await Promise.all([invite(company, owner, email, 3), invite(company, owner, email, 4)]);
    expect(answers.map(({ status }) => status)).toEqual([201, 201]);
    const openRows = await rows(
      "SELECT id, revoked_at IS NULL AS open FROM invitations WHERE email = ? ORDER BY id",
      email,
    );
    expect(openRows.map((one) => one.open)).toEqual([0, 1]);
    const [older, newer] = openRows.map(({ id }) => id as number) as [number, number];
    expect(await eventsOf(older)).toEqual(["invitation.created", "invitation.removed"]);
    expect(await eventsOf(newer)).toEqual(["invitation.created"]);
    const sent = await rows("SELECT invitation_id FROM mails WHERE email = ? ORDER BY id", email);
    expect(sent.map((one) => one.invitation_id)).toEqual([older, newer]);
    expect([await openMails(older), await openMails(newer)].map(({ length }) => length)).toEqual([0, 1]);
  }
});

test("of taking back and accepting at once, exactly one happens", async () => {
  const company = await createCompany();
  let accepted = 0;
  for (let run = 0; run < RUNS; run++) {
    const owner = await createUser({ access: [{ company, role: "owner" }] });
    const guest = await createUser();
    const id = await open(company, owner, guest.email);
    const remove = () => call(`/invitations/${id}`, { method: "DELETE", token: owner.token });
    const both = [() => accept(id, guest.token), remove];
    const order = run % 2 === 0 ? both : both.reverse();
    // A removal is quicker: each time the acceptance has a longer start.
    const second = scheduler.wait(run % 2 === 0 ? run * 4 : 0).then(order[1]);
    const answers = await Promise.all([order[0]?.(), second]);
    const [taken, back] = (run % 2 === 0 ? answers : answers.reverse()).map((answer) => answer?.status);
    expect([
      [200, 409],
      [409, 204],
    ]).toContainEqual([taken, back]);
    const won = taken === 200;
    if (won) accepted += 1;
    expect(await eventsOf(id)).toEqual([won ? "invitation.accepted" : "invitation.removed"]);
    const accesses = await rows("SELECT access_id FROM user_accesses WHERE user_id = ?", guest.id);
    expect(accesses).toHaveLength(won ? 1 : 0);
    expect(await openMails(id)).toEqual([]);
  }
  expect(accepted).toBeGreaterThan(0);
  expect(accepted).toBeLessThan(RUNS);
});

test("of inviting again and accepting at once, either happens first, and the code counts once", async () => {
  const company = await createCompany();
  for (let run = 0; run < RUNS; run++) {
    const owner = await createUser({ access: [{ company, role: "owner" }] });
    const guest = await createUser();
    const older = await open(company, owner, guest.email);
    const [taken, again] = await Promise.all([
      accept(older, guest.token),
      invite(company, owner, guest.email, 2),
    ]);
    expect(again.status).toBe(201);
    expect([200, 409]).toContain(taken.status);
    const [row] = await rows("SELECT accepted_at, revoked_at FROM invitations WHERE id = ?", older);
    const won = taken.status === 200;
    expect([row.accepted_at === null, row.revoked_at === null]).toEqual([!won, won]);
    const accesses = await rows("SELECT access_id FROM user_accesses WHERE user_id = ?", guest.id);
    expect(accesses).toEqual(won ? [{ access_id: 3 }] : []);
    const standing = await rows(
      "SELECT access_id FROM invitations WHERE email = ? AND accepted_at IS NULL AND revoked_at IS NULL",
      guest.email,
    );
    expect(standing).toEqual([{ access_id: 2 }]);
  }
});
