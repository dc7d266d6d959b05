import { afterEach, expect, test, vi } from "vitest";
import { createCompany, createUser } from "../harness/factories.ts";
import { createInvitation, freshEmail } from "../harness/people.ts";
import { hand, rowOf, unwatchMail, watchMail, write } from "./watched-mail.ts";

const HOUR = 60 * 60 * 1000;

afterEach(() => {
  unwatchMail();
  vi.restoreAllMocks();
});

/** Mails to an address, each from an account of its own, and how many of them went out. */
async function mailed(email: string, mails: number, at = Date.now()): Promise<number> {
  vi.spyOn(console, "error").mockImplementation(() => {});
  const sent = watchMail();
  const ids: number[] = [];
  for (let one = 0; one < mails; one++) {
    const { id: userId } = await createUser({ confirmed: false });
    const linkExpiresAt = Date.now() + HOUR;
    ids.push(await write({ kind: "confirm_email", email, userId, linkExpiresAt }, at));
  }
  await hand(ids);
  for (const id of ids) {
    const { doneAt, failedAt } = await rowOf(id);
    expect(doneAt ?? failedAt).not.toBeNull();
  }
  unwatchMail();
  return sent.filter(({ to }) => to === email).length;
}

test("six mails within an hour go to one address from all accounts together, and fifteen within a day", async () => {
  const email = freshEmail();
  const now = Date.now();
  expect(await mailed(email, 15, now - 5 * HOUR)).toBe(6);
  expect(await mailed(email, 2, now - 5 * HOUR + 1)).toBe(0);
  // What was withheld takes nobody's share.
  expect(await mailed(email, 5, now - 3 * HOUR)).toBe(5);
  expect(await mailed(email, 9, now)).toBe(4);
  expect(await mailed(freshEmail(), 2, now)).toBe(2);
});

test("what was to tell somebody else of an address that has an account takes nothing of its share", async () => {
  const user = await createUser();
  expect(await mailed(user.email, 8)).toBe(0);
  const sent = watchMail();
  const { id: mail } = await createInvitation(await createCompany(), user.email);
  const linkExpiresAt = Date.now() + HOUR;
  await hand([await write({ kind: "invitation", email: user.email, invitationId: mail, linkExpiresAt })]);
  expect(sent.map(({ to }) => to)).toEqual([user.email]);
});

test("a full address still gets the link that its own account asked for to reset the password", async () => {
  const email = freshEmail();
  expect(await mailed(email, 8)).toBe(6);
  const user = await createUser({ email });
  const sent = watchMail();
  const reset = { kind: "reset_password", email: user.email, userId: null } as const;
  await hand([await write({ ...reset, linkExpiresAt: Date.now() + 10 * 60_000 })]);
  expect(sent.map(({ to }) => to)).toEqual([user.email]);
});
