import { createExecutionContext, env, waitOnExecutionContext } from "cloudflare:test";
import { expect, test } from "vitest";
import { linkToken } from "../../src/auth/tokens/link-tokens.ts";
import worker from "../../src/index.ts";
import { bodyOf, call, problemOf, requestOf } from "../harness/api.ts";
import { createCompany, createUser } from "../harness/factories.ts";
import { dumpDirectory, failAtEveryStatement } from "../harness/failing-statement.ts";

/** A company whose owner has invited somebody who is its viewer already. */
async function invited() {
  const company = await createCompany();
  const owner = await createUser({ access: [{ company, role: "owner" }] });
  const guest = await createUser({ access: [{ company, role: "viewer" }] });
  const json = { email: guest.email, company_id: company.id, access_id: 3 };
  const asked = { method: "POST", token: owner.token, json };
  const { invitation } = await bodyOf(call("/invitations", asked), 201);
  return {
    owner,
    guest,
    asked,
    id: invitation.id as number,
    code: linkToken(env, "invitation", invitation.id),
  };
}

/** What the directory holds, but for how far the mails are, which go out in their own time. */
async function stateOfDirectory(): Promise<Record<string, unknown[]>> {
  const dump = await dumpDirectory();
  const mails = dump.mails as { id: number; link_ended_at: number | null }[];
  return { ...dump, mails: mails.map(({ id, link_ended_at }) => ({ id, link_ended_at })) };
}

/** Fails a request at each statement. @returns what was different before and after it had its way. */
async function failAll(path: string, asked: Parameters<typeof failAtEveryStatement>[1]) {
  const before = await stateOfDirectory();
  const { failures, answer } = await failAtEveryStatement(path, asked, async (failed) => {
    await problemOf(failed, 500);
    expect(await stateOfDirectory()).toEqual(before);
  });
  const after = await stateOfDirectory();
  const changed = Object.keys(after).filter(
    (table) => JSON.stringify(after[table]) !== JSON.stringify(before[table]),
  );
  return { failures, answer, changed };
}

test("accepting happens whole or not at all, wherever it fails", async () => {
  const { guest, code } = await invited();
  const path = `/invitations/${code}/accept`;
  const { failures, answer, changed } = await failAll(path, { method: "POST", token: guest.token });
  // Who asks, the invitation, what they have in the company before; and seven statements that are one transaction, with
  // the place after them.
  expect(failures).toBe(3 + 8);
  expect((await bodyOf(answer)).invitation.status).toBe("accepted");
  expect(changed).toEqual(["user_accesses", "invitations", "mails", "audit_events"]);
});

test("inviting, with what it replaces and its mail, happens whole or not at all", async () => {
  const { asked, id } = await invited();
  const { failures, answer, changed } = await failAll("/invitations", asked);
  expect(failures).toBe(2 + 9);
  expect((await bodyOf(answer, 201)).invitation.id).toBeGreaterThan(id);
  expect(changed).toEqual(["invitations", "mails", "audit_events"]);
  expect(await mailsOf(id)).toHaveLength(1);
});

test("taking back happens whole or not at all", async () => {
  const { owner, id } = await invited();
  const { failures, answer, changed } = await failAll(`/invitations/${id}`, {
    method: "DELETE",
    token: owner.token,
  });
  expect(failures).toBe(2 + 5);
  expect(answer.status).toBe(204);
  expect(changed).toEqual(["invitations", "mails", "audit_events"]);
});

/** Invites somebody, with the queue's `send` going through something else. */
async function inviteThrough(send: (message: unknown) => Promise<void>) {
  const company = await createCompany();
  const owner = await createUser({ access: [{ company, role: "owner" }] });
  const email = `mailed-${crypto.randomUUID()}@example.test`;
  const json = { email, company_id: company.id, access_id: 3 };
  const request = requestOf("/invitations", { method: "POST", token: owner.token, json });
  const context = createExecutionContext();
  const answer = await worker.fetch(request as never, { ...env, MAILS: { send } } as never, context);
  await waitOnExecutionContext(context);
  const { invitation } = await bodyOf(answer as Response, 201);
  return { id: invitation.id as number, mails: await mailsOf(invitation.id) };
}

const mailsOf = async (invitationId: number) =>
  (
    await env.DIRECTORY.prepare("SELECT * FROM mails WHERE invitation_id = ?")
      .bind(invitationId)
      .all<{ id: number }>()
  ).results;

test("the mail is handed to the queue once it is there to be read", async () => {
  const sent: { message: unknown; written: number[] }[] = [];
  const { mails } = await inviteThrough(async (message) => {
    const { results } = await env.DIRECTORY.prepare("SELECT max(id) AS id FROM mails").all<{ id: number }>();
    sent.push({ message, written: results.map(({ id }) => id) });
    await env.MAILS.send(message);
  });
  const [mail] = mails;
  expect(sent).toEqual([{ message: { kind: "mail", mail_id: mail?.id }, written: [mail?.id] }]);
});

test("a queue that is down does not fail the invitation: its mail waits for the sweep", async () => {
  const { mails } = await inviteThrough(async () => {
    throw new Error("the queue is down");
  });
  expect(mails).toEqual([
    expect.objectContaining({ kind: "invitation", done_at: null, failed_at: null, link_ended_at: null }),
  ]);
});
