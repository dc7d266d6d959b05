import { env } from "cloudflare:test";
import { expect, test } from "vitest";
import { linkToken } from "../../../src/auth/tokens/link-tokens.ts";
import { person, post } from "../../harness/accounts/sign-up.ts";
import { bodyOf, call, problemOf } from "../../harness/api.ts";
import { PASSWORD as CREATED_PASSWORD, createCompany, createUser } from "../../harness/factories.ts";
import { createInvitation, freshEmail, rowsOf } from "../../harness/people.ts";

/** The answer to the proof of a mailbox tells of the invitations that the person sees from then on. */
const PASSWORD = "seven lamps on the stairs";

async function linkTo(email: string): Promise<string> {
  const [mail] = await rowsOf(
    "SELECT id FROM mails WHERE kind = 'confirm_email' AND email = ? ORDER BY id DESC LIMIT 1",
    email,
  );
  return linkToken(env, "confirm_email", mail.id);
}

const confirm = async (email: string, shown: object, token?: string) =>
  call("/users/confirm_email", {
    method: "PUT",
    json: { token: await linkTo(email), ...shown },
    ...(token && { token }),
  });

async function pendingOf(token: string) {
  return bodyOf(call("/invitations/pending", { token }));
}

async function signIn(email: string): Promise<string> {
  const json = { email, password: PASSWORD };
  return (await bodyOf(call("/users/login", { method: "POST", json }))).token;
}

const idsOf = (body: { invitations: { id: number }[] }) => body.invitations.map(({ id }) => id);

test("those that wait for a sign-up are told, and none that ended", async () => {
  const { user } = await bodyOf(post(person({ password: PASSWORD })), 201);
  const { email } = user;
  const now = Date.now();
  const waiting = await createInvitation(await createCompany(), email);
  await createInvitation(await createCompany(), email, { expiresAt: now - 1 });
  await createInvitation(await createCompany(), email, { revokedAt: now });
  await createInvitation(await createCompany(), email, { revokedAt: now, declinedAt: now });
  await createInvitation(await createCompany(), freshEmail());
  // Nobody may give this one any more.
  const { id: invitedBy } = await createUser();
  await createInvitation(await createCompany(), email, { invitedBy });
  const newer = await createInvitation(await createCompany(), email);
  const token = await signIn(email);
  expect(idsOf(await pendingOf(token))).toEqual([]);

  const { user: shown, ...told } = await bodyOf(confirm(email, {}, token));
  expect(shown.email_confirmed_at).not.toBeNull();
  expect(idsOf(told)).toEqual([newer.id, waiting.id]);
  expect(told).toEqual(await pendingOf(token));
});

test("what others had given is told as the invitation that it becomes", async () => {
  const company = await createCompany();
  const owner = await createUser({ access: [{ company, role: "owner" }] });
  const named = [{ company_id: company.id, access_id: 4 }];
  const asked = person({ password: "nine boats in the harbour", user_accesses_attributes: named });
  const { user } = await bodyOf(post(asked, owner.token), 201);

  const { user: shown, ...told } = await bodyOf(confirm(user.email, { password: PASSWORD }));
  expect(shown.primary_access).toBeNull();
  expect(told.invitations).toMatchObject([
    { company: { id: company.id, name: company.name }, access_id: 4, status: "pending", invited_by: null },
  ]);
  expect(told).toEqual(await pendingOf(await signIn(user.email)));
});

test("a new address is told of its own, with the inviter where the user is a member already", async () => {
  const [own, other] = [await createCompany(), await createCompany()];
  const user = await createUser({ access: [{ company: own, role: "viewer" }], password: true });
  const email = freshEmail();
  await createInvitation(other, user.email);
  const [stronger, foreign] = [await createInvitation(own, email), await createInvitation(other, email)];
  const json = { email, current_password: CREATED_PASSWORD };
  await bodyOf(call(`/users/${user.id}`, { method: "PUT", token: user.token, json }));

  const { user: shown, ...told } = await bodyOf(confirm(email, {}, user.token));
  expect(shown.email).toBe(email);
  expect(idsOf(told)).toEqual([foreign.id, stronger.id]);
  expect(told.invitations.map((one: { invited_by: unknown }) => one.invited_by !== null)).toEqual([
    false,
    true,
  ]);
  expect(told).toEqual(await pendingOf(user.token));
});

test("the caller's own companies count for nothing where the account is another's", async () => {
  const { user } = await bodyOf(post(person({ password: PASSWORD })), 201);
  const company = await createCompany();
  const { id } = await createInvitation(company, user.email);
  const other = await createUser({ access: [{ company, role: "owner" }] });
  const told = await bodyOf(confirm(user.email, { current_password: PASSWORD }, other.token));
  expect(told.invitations).toMatchObject([{ id, invited_by: null }]);
});

test("of many, the first page is told, and how many there are", async () => {
  const { user } = await bodyOf(post(person({ password: PASSWORD })), 201);
  for (let count = 0; count < 27; count++) await createInvitation(await createCompany(), user.email);
  const told = await bodyOf(confirm(user.email, { current_password: PASSWORD }));
  expect(told.invitations).toHaveLength(25);
  expect(told.meta).toMatchObject({ next_page: 2, total_records: 27 });
});

test("a refusal tells of none", async () => {
  const { user } = await bodyOf(post(person({ password: PASSWORD })), 201);
  const company = await createCompany();
  await createInvitation(company, user.email);
  for (const shown of [{}, { current_password: "nine boats in the harbour" }]) {
    const refused = await confirm(user.email, shown);
    expect(JSON.stringify(await problemOf(refused, 422))).not.toContain(company.name);
  }
});
