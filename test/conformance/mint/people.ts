import { env } from "cloudflare:test";
import { createHash, randomBytes } from "node:crypto";
import { linkToken } from "../../../src/auth/tokens/link-tokens.ts";
import { openDirectory } from "../../../src/db/clients.ts";
import {
  invitations,
  legalApprovals,
  legalTerms,
  mails,
  sessions,
} from "../../../src/db/directory/schema.ts";
import { createUser, type TestUser } from "../../harness/factories.ts";
import type { Side } from "../world.ts";

const directory = openDirectory(env.DIRECTORY);
const HOUR = 60 * 60 * 1000;

/** An agent of the side. */
export function newMember({ company, word }: Side): Promise<TestUser> {
  return createUser({ access: [{ company, role: "agent" }], firstName: "Mel", lastName: `${word}-member` });
}

/** The id of the one access that a user has. */
export async function accessOf(user: TestUser): Promise<number> {
  const row = await env.DIRECTORY.prepare("SELECT id FROM user_accesses WHERE user_id = ?")
    .bind(user.id)
    .first<{ id: number }>();
  if (!row) throw new Error("no access");
  return row.id;
}

/** An open invitation to the side's company. */
export async function newInvitation({ company, owner, word }: Side, email?: string) {
  const now = Date.now();
  const [row] = await directory
    .insert(invitations)
    .values({
      companyId: company.id,
      email: email ?? `${crypto.randomUUID()}@${word}.test`,
      accessId: 3,
      invitedBy: owner.id,
      // Long enough ago to be none of those that one user may send within an hour.
      createdAt: now - 2 * HOUR,
      expiresAt: now + HOUR,
    })
    .returning();
  if (!row) throw new Error("no invitation");
  return { id: row.id, email: row.email, code: linkToken(env, "invitation", row.id) };
}

/** A link that was mailed to a user. @returns its token. */
export async function newLink(
  user: TestUser,
  kind: "reset_password" | "confirm_email" | "email_changed",
  email = kind === "confirm_email" ? `new-${crypto.randomUUID()}@example.test` : user.email,
): Promise<string> {
  const now = Date.now();
  const [row] = await directory
    .insert(mails)
    .values({
      kind,
      email,
      userId: user.id,
      createdAt: now,
      queuedAt: now,
      doneAt: now,
      linkExpiresAt: now + HOUR,
    })
    .returning();
  if (!row) throw new Error("no mail");
  return linkToken(env, kind, row.id);
}

/** The link of somebody who has signed up. @returns its token. */
export async function newSignUpLink(): Promise<string> {
  const user = await createUser({ confirmed: false });
  return newLink(user, "confirm_email", user.email);
}

/** A session of a user. @returns its refresh token. */
export async function newSession(user: TestUser, differs: Partial<typeof sessions.$inferInsert> = {}) {
  const now = Date.now();
  const token = randomBytes(32).toString("base64url");
  const family = crypto.randomUUID();
  await directory.insert(sessions).values({
    userId: user.id,
    family,
    refreshHash: createHash("sha256").update(token).digest("hex"),
    createdAt: now,
    signedInAt: now,
    expiresAt: now + HOUR,
    ...differs,
  });
  const row = await env.DIRECTORY.prepare("SELECT id FROM sessions WHERE family = ?")
    .bind(family)
    .first<{ id: number }>();
  return { token, family, id: row?.id ?? 0 };
}

/** The id of the current legal terms, published where there are none. */
export async function currentTerms(): Promise<number> {
  const current = "SELECT id FROM legal_terms ORDER BY published_at DESC, id DESC LIMIT 1";
  const published = await env.DIRECTORY.prepare(current).first<{ id: number }>();
  if (published) return published.id;
  const [row] = await directory
    .insert(legalTerms)
    .values({
      version: "1",
      locale: "en",
      title: "Terms",
      body: "Be kind.",
      sha256: "0".repeat(64),
      publishedAt: 1,
    })
    .returning();
  return row?.id ?? 0;
}

/** Lets a user have approved the current terms. */
export async function approveTerms(user: TestUser): Promise<void> {
  const legalTermId = await currentTerms();
  const term = await env.DIRECTORY.prepare("SELECT version, sha256 FROM legal_terms WHERE id = ?")
    .bind(legalTermId)
    .first<{ version: string; sha256: string }>();
  if (!term) throw new Error("no terms");
  await directory
    .insert(legalApprovals)
    .values({ userId: user.id, legalTermId, ...term, approvedAt: Date.now(), ip: null, userAgent: null });
}
