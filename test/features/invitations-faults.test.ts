import { createExecutionContext, env, waitOnExecutionContext } from "cloudflare:test";
import { expect, test } from "vitest";
import { linkToken } from "../../src/auth/link-tokens.ts";
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

/** Fails a request at each statement. @returns what was different before and after it had its way. */
async function failAll(path: string, asked: Parameters<typeof failAtEveryStatement>[1]) {
  const before = await dumpDirectory();
  const { failures, answer } = await failAtEveryStatement(path, asked, async (failed) => {
    await problemOf(failed, 500);
    expect(await dumpDirectory()).toEqual(before);
  });
  const after = await dumpDirectory();
  const changed = Object.keys(after).filter(
    (table) => JSON.stringify(after[table]) !== JSON.stringify(before[table]),
  );
  return { failures, answer, changed };
}

test("accepting happens whole or not at all, wherever it fails", async () => {
  const { guest, code } = await invited();
  const path = `/invitations/${code}/accept`;
  const { failures, answer, changed } = await failAll(path, { method: "POST", token: guest.token });
  // Who asks, the invitation, and seven statements that are one transaction, with the place after them.
  expect(failures).toBe(2 + 8);
  expect((await bodyOf(answer)).invitation.status).toBe("accepted");
  expect(changed).toEqual(["user_accesses", "invitations", "mails", "audit_events"]);
});

test("inviting, with what it replaces and its mail, happens whole or not at all", async () => {
  const { asked, id } = await invited();
  const { failures, answer, changed } = await failAll("/invitations", asked);
  expect(failures).toBe(2 + 8);
  expect((await bodyOf(answer, 201)).invitation.id).toBeGreaterThan(id);
  expect(changed).toEqual(["invitations", "mails", "audit_events"]);
  expect(
    (await dumpDirectory()).mails?.filter((one) => (one as { invitation_id: number }).invitation_id === id),
  ).toHaveLength(1);
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

test("a queue that is down does not fail the invitation: its mail waits for the sweep", async () => {
  const company = await createCompany();
  const owner = await createUser({ access: [{ company, role: "owner" }] });
  const email = `waits-${crypto.randomUUID()}@example.test`;
  const MAILS = {
    send: async () => {
      throw new Error("the queue is down");
    },
  };
  const context = createExecutionContext();
  const request = requestOf("/invitations", {
    method: "POST",
    token: owner.token,
    json: { email, company_id: company.id, access_id: 3 },
  });
  const answer = await worker.fetch(request as never, { ...env, MAILS } as never, context);
  await waitOnExecutionContext(context);
  const { invitation } = await bodyOf(answer as Response, 201);
  const { mails } = await dumpDirectory();
  expect(mails?.filter((one) => (one as { email: string }).email === email)).toEqual([
    expect.objectContaining({ invitation_id: invitation.id, done_at: null, failed_at: null }),
  ]);
});
