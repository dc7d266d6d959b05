import { env } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { linkToken } from "../../src/auth/tokens/link-tokens.ts";
import { deliver } from "../../src/mail/outbox.ts";
import { accessesInDatabase } from "../harness/accounts/user-accesses.ts";
import { bodyOf, call, problemOf } from "../harness/api.ts";
import { createCompany, createUser, type TestUser } from "../harness/factories.ts";
import { eventsOf, freshEmail, rowsOf } from "../harness/people.ts";
import { outcomeOf, type SentMail, unwatchMail, watchMail } from "../mail/watched-mail.ts";

/** An invitation lives and dies with the right to give it, there are few of them, and they carry no stranger's text. */

const invite = (inviter: TestUser, company: { id: number }, email: string, access_id = 3) =>
  call("/invitations", {
    token: inviter.token,
    method: "POST",
    json: { email, company_id: company.id, access_id },
  });
const accept = (user: TestUser, id: number) =>
  call(`/invitations/${id}/accept`, { token: user.token, method: "POST" });
const setStatus = (caller: TestUser, user: TestUser, status: string) =>
  call(`/users/${user.id}`, { token: caller.token, method: "PUT", json: { status } });
const accessIn = async (user: TestUser, company: { id: number }) =>
  (await accessesInDatabase(user)).find((one) => one.company === company.id);

async function twoOwners() {
  const company = await createCompany();
  const [owner, other] = [
    await createUser({ access: [{ company, role: "owner" }] }),
    await createUser({ access: [{ company, role: "owner" }] }),
  ];
  return { company, owner, other };
}

/** Everything that takes from an owner the right to invite an owner. */
const ENDS: [string, (scene: Awaited<ReturnType<typeof twoOwners>>) => Promise<unknown>][] = [
  [
    "is removed",
    async ({ company, owner, other }) => {
      const path = `/users/${other.id}/user_access/${(await accessIn(other, company))?.id}`;
      return bodyOf(call(path, { token: owner.token, method: "DELETE" }), 204);
    },
  ],
  [
    "leaves",
    async ({ company, other }) => {
      const path = `/users/${other.id}/user_access/${(await accessIn(other, company))?.id}`;
      return bodyOf(call(path, { token: other.token, method: "DELETE" }), 204);
    },
  ],
  [
    "becomes a manager",
    ({ company, owner, other }) =>
      bodyOf(
        call(`/users/${other.id}/user_access`, {
          token: owner.token,
          method: "PUT",
          json: { user_accesses: [{ company_id: company.id, access_id: 2 }] },
        }),
      ),
  ],
  ["is disabled", ({ owner, other }) => bodyOf(setStatus(owner, other, "disabled"))],
  [
    "is suspended, being of another company too",
    async ({ owner, other }) => {
      await bodyOf(call("/companies", { token: other.token, method: "POST", json: { name: "Own" } }), 201);
      await bodyOf(setStatus(owner, other, "disabled"));
    },
  ],
];

describe.each(ENDS)("an owner who %s", (_, end) => {
  test("does not come back by the owner's invitation to a second address of theirs", async () => {
    const scene = await twoOwners();
    const second = await createUser();
    const { invitation } = await bodyOf(invite(scene.other, scene.company, second.email, 1), 201);
    await end(scene);

    expect((await problemOf(accept(second, invitation.id), 409)).code).toBe("invitation_ended");
    const code = linkToken(env, "invitation", invitation.id);
    await problemOf(call(`/invitations/${code}/accept`, { token: second.token, method: "POST" }), 409);
    expect(await accessesInDatabase(second)).toEqual([]);
    expect((await bodyOf(call("/invitations/pending", { token: second.token }))).invitations).toEqual([]);
    // It ended with the right, and the trail says why.
    expect(await rowsOf("SELECT revoked_at FROM invitations WHERE id = ?", invitation.id)).toEqual([
      { revoked_at: expect.any(Number) },
    ]);
    expect(await rowsOf("SELECT link_ended_at FROM mails WHERE invitation_id = ?", invitation.id)).toEqual([
      { link_ended_at: expect.any(Number) },
    ]);
    expect((await eventsOf("invitation", invitation.id)).at(-1)).toMatchObject({
      action: "invitation.removed",
      details: { reason: "inviter_lost_access" },
    });
  });
});

test("an invitation whose inviter lost the right by any other way is not redeemed, by signing up either", async () => {
  const { company, other } = await twoOwners();
  const email = freshEmail();
  const { invitation } = await bodyOf(invite(other, company, email, 1), 201);
  await env.DIRECTORY.prepare("UPDATE user_accesses SET access_id = 2 WHERE user_id = ?")
    .bind(other.id)
    .run();
  const json = {
    first_name: "A",
    last_name: "B",
    email,
    password: "seven purple horses dance",
    invitation_code: linkToken(env, "invitation", invitation.id),
  };
  expect((await problemOf(call("/users", { method: "POST", json }), 422)).code).toBe("invalid_invitation");
  expect(await rowsOf("SELECT id FROM users WHERE email = ?", email)).toEqual([]);
});

test("a manager's invitation to an agent outlives that the owner who made them manager goes", async () => {
  const { company, owner, other } = await twoOwners();
  const manager = await createUser({ access: [{ company, role: "manager" }] });
  const guest = await createUser();
  const { invitation } = await bodyOf(invite(manager, company, guest.email), 201);
  await bodyOf(setStatus(owner, other, "disabled"));
  await bodyOf(accept(guest, invitation.id));
  expect(await accessIn(guest, company)).toMatchObject({ access: 3 });
});

describe("invitations are few", () => {
  test("for one address, from one tree of companies and from one sender, and nobody else's count", async () => {
    const email = freshEmail();
    const mine = await createCompany();
    const sender = await createUser({ access: [{ company: mine, role: "owner" }] });
    const statuses: number[] = [];
    for (let attempt = 0; attempt < 7; attempt++) {
      const company = attempt % 2 ? mine : await createCompany({ parent: mine });
      statuses.push((await invite(sender, company, email)).status);
    }
    expect(statuses).toEqual([201, 201, 201, 201, 201, 429, 429]);
    expect(await rowsOf("SELECT id FROM mails WHERE email = ?", email)).toHaveLength(5);
    const colleague = await createUser({ access: [{ company: mine, role: "owner" }] });
    await problemOf(invite(colleague, mine, email), 429);
    const elsewhere = await createCompany();
    await env.DIRECTORY.prepare(
      `INSERT INTO user_accesses (user_id, company_id, access_id, "primary", created_at) VALUES (?, ?, 1, 0, 1)`,
    )
      .bind(sender.id, elsewhere.id)
      .run();
    await problemOf(invite(sender, elsewhere, email), 429);
    const real = await createUser({ access: [{ company: elsewhere, role: "owner" }] });
    await bodyOf(invite(real, elsewhere, email), 201);
    // Those of an hour ago do not count.
    await env.DIRECTORY.prepare("UPDATE invitations SET created_at = created_at - 3600000 WHERE email = ?")
      .bind(email)
      .run();
    await bodyOf(invite(sender, mine, email), 201);
  });

  test("from one sender, whichever companies they are for, also those that stand for accesses", async () => {
    const [one, two] = [await createCompany(), await createCompany()];
    const sender = await createUser({
      access: [
        { company: one, role: "owner" },
        { company: two, role: "owner" },
      ],
    });
    const now = Date.now();
    for (let sent = 0; sent < 30; sent++) {
      await env.DIRECTORY.prepare(
        `INSERT INTO invitations (company_id, email, access_id, invited_by, created_at, expires_at, revoked_at)
         VALUES (?, ?, 3, ?, ?, ?, ?)`,
      )
        .bind((sent % 2 ? one : two).id, freshEmail(), sender.id, now, now + 60_000, now)
        .run();
    }
    const refused = await invite(sender, one, freshEmail());
    expect(refused.headers.get("Retry-After")).toBe("3600");
    expect((await problemOf(refused, 429)).code).toBe("too_many_requests");
    const colleague = await createUser({ access: [{ company: one, role: "viewer" }] });
    const json = { user_accesses: [{ company_id: two.id, access_id: 3 }] };
    const asked = { token: sender.token, method: "POST", json };
    await problemOf(call(`/users/${colleague.id}/user_access`, asked), 429);
    expect(await accessesInDatabase(colleague)).toHaveLength(1);
  });
});

describe("who has not confirmed their own address", () => {
  let sent: SentMail[] = [];
  beforeEach(() => {
    sent = watchMail();
  });
  afterEach(unwatchMail);

  test("sends nobody anything", async () => {
    const company = await createCompany({ name: "FREE MONEY at evil.example" });
    const stranger = await createUser({ confirmed: false, access: [{ company, role: "owner" }] });
    const email = freshEmail();
    expect((await problemOf(invite(stranger, company, email), 403)).code).toBe("email_not_confirmed");
    const json = {
      first_name: "Visit evil.example",
      last_name: "now",
      email,
      user_accesses_attributes: [{ company_id: company.id, access_id: 3 }],
    };
    for (const more of [{}, { password: "seven purple horses dance" }]) {
      const asked = { method: "POST", json: { ...json, ...more }, token: stranger.token };
      expect((await problemOf(call("/users", asked), 403)).code).toBe("email_not_confirmed");
    }
    expect(await rowsOf("SELECT id FROM mails WHERE email = ?", email)).toEqual([]);
  });

  test("has no word of theirs in a mail that a sign-up sends to the address they named", async () => {
    const email = freshEmail();
    const json = { first_name: "Visit evil.example", last_name: "and win", email };
    await bodyOf(call("/users", { method: "POST", json }), 201);
    const [mail] = await rowsOf("SELECT id FROM mails WHERE email = ?", email);
    await deliver(env, [mail.id]);
    await outcomeOf(mail.id);
    expect(sent.length).toBeGreaterThan(0);
    for (const { subject, text, html } of sent) expect(subject + text + html).not.toMatch(/evil|win/i);
  });

  test("sees nothing that is addressed to it, and accepts nothing", async () => {
    const { company, owner } = await twoOwners();
    const stranger = await createUser({ confirmed: false });
    const { invitation } = await bodyOf(invite(owner, company, stranger.email, 1), 201);
    for (const query of ["", `?email=${encodeURIComponent(stranger.email)}`]) {
      const pending = await bodyOf(call(`/invitations/pending${query}`, { token: stranger.token }));
      expect(pending.invitations).toEqual([]);
    }
    await problemOf(accept(stranger, invitation.id), 404);
    const code = linkToken(env, "invitation", invitation.id);
    const byCode = call(`/invitations/${code}/accept`, { token: stranger.token, method: "POST" });
    expect((await problemOf(byCode, 403)).code).toBe("email_not_confirmed");
    expect(await accessesInDatabase(stranger)).toEqual([]);
  });
});
