import { env } from "cloudflare:test";
import { eq } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type LinkPurpose, readLinkToken } from "../../src/auth/tokens/link-tokens.ts";
import { companies, invitations, mails, users } from "../../src/db/directory/schema.ts";
import { deliver, type NewMail } from "../../src/mail/outbox.ts";
import { createCompany, createUser } from "../harness/factories.ts";
import {
  directory,
  hand,
  outcomeOf,
  reader,
  rowOf,
  type SentMail,
  unwatchMail,
  watchMail,
  write,
} from "./watched-mail.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

let sent: SentMail[] = [];
beforeEach(() => {
  sent = watchMail();
  vi.spyOn(console, "error").mockImplementation(() => {});
});
afterEach(unwatchMail);

/** Writes a mail and hands it to the real queue, as a request does. @returns the row once it is dealt with. */
async function post(mail: NewMail) {
  const id = await write(mail);
  await deliver(env, [id]);
  return outcomeOf(id);
}

/** What the link of a mail points to. */
function pointerIn({ text }: SentMail, page: string, purpose: LinkPurpose): number | null {
  const start = `http://localhost:5173/${page}`;
  const line = text.split("\n").find((one) => one.startsWith(start));
  return line === undefined ? null : readLinkToken(env, purpose, line.slice(start.length));
}

async function invite(differs: Partial<typeof invitations.$inferInsert> = {}, locale: "en" | "pt" = "pt") {
  const company = await createCompany({ name: "Flor & Filhos" });
  await directory.update(companies).set({ defaultLocale: locale }).where(eq(companies.id, company.id));
  const inviter = await createUser({
    firstName: "Inês",
    lastName: "Sá",
    access: [{ company, role: "owner" }],
  });
  const now = Date.now();
  const invitation = {
    companyId: company.id,
    email: `guest-${crypto.randomUUID()}@example.test`,
    accessId: 3,
    invitedBy: inviter.id,
    createdAt: now,
    expiresAt: now + 7 * DAY,
    ...differs,
  };
  const [row] = await directory.insert(invitations).values(invitation).returning();
  if (!row) throw new Error("no invitation");
  const mail: NewMail = {
    kind: "invitation",
    email: row.email,
    invitationId: row.id,
    linkExpiresAt: row.expiresAt,
  };
  return { ...row, mail };
}

describe("a reset", () => {
  const reset = (email: string, left = 10 * MINUTE): NewMail => ({
    kind: "reset_password",
    email,
    linkExpiresAt: Date.now() + left,
  });

  it.each(["active", "pending"] as const)("goes to an %s account, in its language", async (status) => {
    const user = await reader("pt", { firstName: "João", status });
    const row = await post(reset(user.email));
    expect(row).toMatchObject({ userId: user.id, failedAt: null, linkEndedAt: null });
    expect(sent).toEqual([
      {
        from: { name: "Leadsy", email: "hello@leadsy.test" },
        to: user.email,
        subject: "Redefina sua senha do Leadsy",
        text: expect.stringContaining("Olá, João!"),
        html: expect.stringContaining('<html lang="pt">'),
        headers: { "Auto-Submitted": "auto-generated" },
      },
    ]);
    const [mail] = sent;
    expect(mail && pointerIn(mail, "reset-password?token=", "reset_password")).toBe(row.id);
  });

  it("goes to nobody where there is no such account, or a disabled one", async () => {
    const disabled = await createUser({ status: "disabled" });
    for (const email of ["nobody@example.test", disabled.email]) {
      expect(await post(reset(email))).toMatchObject({ userId: null });
    }
    expect(sent).toEqual([]);
  });

  it("ends none of those before it, and no other link, whichever message comes first", async () => {
    const user = await createUser();
    const used = await post(reset(user.email));
    await directory.update(mails).set({ linkEndedAt: 5 }).where(eq(mails.id, used.id));
    const first = await post({ ...reset(user.email), kind: "set_password", userId: user.id });
    const ids = [await write(reset(user.email)), await write(reset(user.email))] as const;
    await hand([ids[1]]);
    await hand([ids[0]]);
    expect(sent).toHaveLength(4);
    const ended = await Promise.all([used.id, first.id, ...ids].map(rowOf));
    expect(ended.map(({ linkEndedAt }) => linkEndedAt)).toEqual([5, null, null, null]);
    expect(ended.slice(2).map(({ userId }) => userId)).toEqual([user.id, user.id]);
  });

  it("comes to a mailbox five times in ten minutes at most, each link being good", async () => {
    const user = await createUser();
    const ids = await Promise.all(Array.from({ length: 12 }, () => write(reset(user.email))));
    for (const id of ids) await hand([id]);
    expect(sent).toHaveLength(5);
    const rows = await Promise.all(ids.map(rowOf));
    expect(rows.every(({ doneAt }) => doneAt !== null)).toBe(true);
    // The link of one that was not sent opens nothing: nobody has it.
    expect(rows.filter(({ userId }) => userId === user.id)).toHaveLength(5);
    await directory
      .update(mails)
      .set({ linkExpiresAt: Date.now() + MINUTE })
      .where(eq(mails.userId, user.id));
    await post(reset(user.email));
    expect(sent).toHaveLength(6);
  });

  it("fails where its link expired before it could be sent", async () => {
    const user = await createUser();
    const row = await post(reset(user.email, -1));
    expect(row).toMatchObject({ doneAt: null, failedAt: expect.any(Number) });
    expect(sent).toEqual([]);
  });
});

describe("a link to set a password", () => {
  const first = (user: { id: number; email: string }): NewMail => ({
    kind: "set_password",
    email: user.email,
    userId: user.id,
    linkExpiresAt: Date.now() + DAY,
  });

  it("goes to the account", async () => {
    const user = await reader("es", { firstName: "Nuria", status: "pending" });
    const row = await post(first(user));
    expect(sent).toMatchObject([{ to: user.email, subject: "Elige tu contraseña de Leadsy" }]);
    expect(sent[0]?.text).toContain("24 horas");
    expect(sent[0] && pointerIn(sent[0], "set-password?token=", "set_password")).toBe(row.id);
  });

  it("goes to nobody once it ended, the account is disabled, or has another address", async () => {
    const ended = await write(first(await createUser()));
    await directory.update(mails).set({ linkEndedAt: Date.now() }).where(eq(mails.id, ended));
    const disabled = await write(first(await createUser({ status: "disabled" })));
    const moved = await createUser();
    const movedMail = await write(first(moved));
    await directory
      .update(users)
      .set({ email: `new-${moved.email}` })
      .where(eq(users.id, moved.id));
    // And that address may be somebody else's by now.
    const taken = await createUser();
    const takenMail = await write({ ...first(moved), email: taken.email });
    const ids = [ended, disabled, movedMail, takenMail];
    expect(await hand(ids)).toEqual({ acknowledged: ["0", "1", "2", "3"], delays: {} });
    for (const id of ids) expect(await rowOf(id)).toMatchObject({ doneAt: expect.any(Number) });
    expect(sent).toEqual([]);
  });
});

describe("a change of address", () => {
  const confirm = (user: { id: number }, email: string): NewMail => ({
    kind: "confirm_email",
    email,
    userId: user.id,
    linkExpiresAt: Date.now() + DAY,
  });

  it("is confirmed at the new address, in the language of the account", async () => {
    const user = await reader("es");
    const email = `new-${user.email}`;
    const row = await post(confirm(user, email));
    expect(sent).toMatchObject([{ to: email, subject: "Confirma tu nuevo correo electrónico" }]);
    expect(sent[0] && pointerIn(sent[0], "confirm-email?token=", "confirm_email")).toBe(row.id);
  });

  it("is not mailed to an address that has an account, or for a disabled one", async () => {
    const [user, other] = [await createUser(), await createUser()];
    const disabled = await createUser({ status: "disabled" });
    for (const mail of [confirm(user, other.email), confirm(disabled, `new-${disabled.email}`)]) {
      expect(await post(mail)).toMatchObject({ doneAt: expect.any(Number) });
    }
    expect(sent).toEqual([]);
  });

  it("is told to the old address, with a link that undoes it", async () => {
    const user = await reader("pt");
    const notice: NewMail = {
      kind: "email_changed",
      email: user.email,
      userId: user.id,
      linkExpiresAt: Date.now() + 7 * DAY,
    };
    const first = await post(notice);
    // Also when it arrives after the change.
    await directory
      .update(users)
      .set({ email: `new-${user.email}` })
      .where(eq(users.id, user.id));
    await post(notice);
    expect(sent.map(({ to }) => to)).toEqual([user.email, user.email]);
    expect(sent[0]?.text).toContain("desfaça a troca");
    expect(sent[0] && pointerIn(sent[0], "undo-email-change?token=", "email_changed")).toBe(first.id);
  });
});

describe("an address that was never confirmed", () => {
  it("is asked to confirm itself, and hears no name from the person who signed up with it", async () => {
    const user = await reader("en", { firstName: "Click evil.example", confirmed: false });
    const row = await post({
      kind: "confirm_email",
      email: user.email,
      userId: user.id,
      linkExpiresAt: Date.now() + 7 * DAY,
    });
    expect(sent).toMatchObject([{ to: user.email, subject: "Confirm your e-mail address" }]);
    expect(sent[0] && pointerIn(sent[0], "confirm-email?token=", "confirm_email")).toBe(row.id);
    expect(`${sent[0]?.text}${sent[0]?.html}`).not.toContain("evil");
  });
});

describe("an invitation", () => {
  it("goes out in the company's language where the address has no account", async () => {
    const { id, email, mail } = await invite({ firstName: "Rui" });
    await post(mail);
    expect(sent).toMatchObject([{ to: email, subject: "Inês Sá convidou você para Flor & Filhos" }]);
    expect(sent[0]?.text).toContain("Olá, Rui!");
    expect(sent[0]?.text).toContain("com acesso de agente");
    expect(sent[0]?.text).toContain("7 dias");
    expect(sent[0]?.html).toContain("Flor &amp; Filhos");
    expect(sent[0] && pointerIn(sent[0], "invitations/", "invitation")).toBe(id);
  });

  it("goes out in the account's language where it has one", async () => {
    const user = await reader("es", { firstName: "Sofía" });
    const { mail } = await invite({ email: user.email, firstName: "Zoe", expiresAt: Date.now() + 3.4 * DAY });
    await post(mail);
    expect(sent).toMatchObject([{ subject: "Inês Sá te invita a Flor & Filhos" }]);
    expect(sent[0]?.text).toContain("Hola, Sofía:");
    expect(sent[0]?.text).toContain("caduca en 3 días");
  });

  it("goes to nobody once it was accepted, taken back or has expired", async () => {
    const user = await createUser();
    const now = Date.now();
    const closed = [
      await invite({ acceptedAt: now, acceptedBy: user.id }),
      await invite({ revokedAt: now }),
      await invite({ expiresAt: now - 1 }),
    ];
    const ids = [];
    for (const { mail } of closed) ids.push(await write({ ...mail, linkExpiresAt: now + DAY }));
    ids.push(await write({ kind: "invitation", email: "x@example.test", linkExpiresAt: now + DAY }));
    expect(await hand(ids)).toMatchObject({ delays: {} });
    for (const id of ids) expect(await rowOf(id)).toMatchObject({ doneAt: expect.any(Number) });
    expect(sent).toEqual([]);
  });
});
