import { env } from "cloudflare:test";
import { createHash, randomBytes } from "node:crypto";
import { linkToken } from "../../src/auth/tokens/link-tokens.ts";
import { openDirectory, openLeads } from "../../src/db/clients.ts";
import {
  companyMemberships,
  invitations,
  legalApprovals,
  legalTerms,
  mails,
  memberships,
  sessions,
} from "../../src/db/directory/schema.ts";
import {
  customFields,
  importUndos,
  leadNotes,
  leadSources,
  questionOptions,
  questions,
  territories,
  territoryUsers,
} from "../../src/db/leads/schema.ts";
import { fileLink } from "../../src/imports/report/file-links.ts";
import { ORIGIN } from "../harness/api.ts";
import { createImportRow, createUser, type TestUser } from "../harness/factories.ts";
import { prepareImport } from "../harness/import-run.ts";
import { createLead } from "../harness/leads.ts";
import type { Side, World } from "./world.ts";

/** Fresh rows of a side, so that what one call uses up is there for the next. */

const directory = openDirectory(env.DIRECTORY);
const HOUR = 60 * 60 * 1000;

/** An agent of the side. */
export function newMember({ company, word }: Side): Promise<TestUser> {
  return createUser({ access: [{ company, role: "agent" }], firstName: "Mel", lastName: `${word}-member` });
}

/** A lead of the side, worked by its agent where it has one. */
export function newLead(side: Side & Partial<World["a"]>, differs: Parameters<typeof createLead>[1] = {}) {
  return createLead(side.company, {
    firstName: side.word,
    campaignId: side.campaign.id,
    assignedTo: side.agent?.id ?? null,
    ...differs,
  });
}

/** A note on a lead of the side, by its owner or by its agent. */
export async function newNote(side: Side & Partial<World["a"]>) {
  const lead = await newLead(side);
  const [row] = await openLeads(side.company.database)
    .insert(leadNotes)
    .values({
      companyId: side.company.id,
      leadId: lead.id,
      authorId: (side.agent ?? side.owner).id,
      body: side.word,
      createdAt: Date.now(),
    })
    .returning();
  if (!row) throw new Error("no note");
  return row;
}

/** The id of the one access that a user has. */
export async function accessOf(user: TestUser): Promise<number> {
  const row = await env.DIRECTORY.prepare("SELECT id FROM user_accesses WHERE user_id = ?")
    .bind(user.id)
    .first<{ id: number }>();
  if (!row) throw new Error("no access");
  return row.id;
}

/** A question of the side's campaign, with an option. */
export async function newQuestion({ company, campaign, word }: Side) {
  const db = openLeads(company.database);
  const [question] = await db
    .insert(questions)
    .values({
      companyId: company.id,
      campaignId: campaign.id,
      key: `key_${crypto.randomUUID().replaceAll("-", "_")}`,
      text: `${word}?`,
      kind: "single_choice",
      position: 1,
    })
    .returning();
  if (!question) throw new Error("no question");
  const [option] = await db
    .insert(questionOptions)
    .values({ companyId: company.id, questionId: question.id, label: word, value: word, position: 1 })
    .returning();
  if (!option) throw new Error("no option");
  return { id: question.id, option: option.id };
}

/** The ids of the questions that a side's campaign asks. */
export async function questionsOf({ company, campaign }: Side): Promise<number[]> {
  const { results } = await company.database
    .prepare("SELECT id FROM questions WHERE campaign_id = ? AND NOT archived")
    .bind(campaign.id)
    .all<{ id: number }>();
  return results.map(({ id }) => id);
}

/** A source that the side offers. */
export async function newSource({ company, word }: Side) {
  const name = `${word} ${crypto.randomUUID()}`;
  const [source] = await openLeads(company.database)
    .insert(leadSources)
    .values({ companyId: company.id, name, nameKey: name, createdAt: Date.now() })
    .returning();
  if (!source) throw new Error("no source");
  return source;
}

/** A territory of the side's owner, the last one of the side, for the city that is called by its word. */
export async function newTerritory({ company, owner, word }: Side) {
  const db = openLeads(company.database);
  const now = Date.now();
  const cities = [word];
  const [territory] = await db
    .insert(territories)
    .values({
      companyId: company.id,
      name: word,
      priority: 1 + (await territoriesOf({ company })).length,
      ...{ countries: [], states: [], stateKeys: [], cities, cityKeys: cities },
      createdAt: now,
      updatedAt: now,
    })
    .returning();
  if (!territory) throw new Error("no territory");
  await db
    .insert(territoryUsers)
    .values({ companyId: company.id, territoryId: territory.id, userId: owner.id });
  return territory;
}

/** The ids of a side's territories. */
export async function territoriesOf({ company }: Pick<Side, "company">): Promise<number[]> {
  const { results } = await company.database
    .prepare("SELECT id FROM territories WHERE company_id = ? ORDER BY priority")
    .bind(company.id)
    .all<{ id: number }>();
  return results.map(({ id }) => id);
}

/** Lets a side's company work in cycles. @returns a year that it has no cycle in. */
export async function newYear({ company }: Side): Promise<number> {
  await env.DIRECTORY.prepare("UPDATE companies SET cycles_enabled = 1 WHERE id = ?").bind(company.id).run();
  const row = await company.database
    .prepare("SELECT count(*) AS cycles FROM cycles WHERE company_id = ?")
    .bind(company.id)
    .first<{ cycles: number }>();
  return 1000 + (row?.cycles ?? 0);
}

/** A membership of the catalogue. */
export async function someMembership(): Promise<number> {
  const plan = { description: "", priceCents: 0, currency: "USD", interval: "month" as const };
  await directory
    .insert(memberships)
    .values({ ...plan, name: "Plan" })
    .onConflictDoNothing();
  const row = await env.DIRECTORY.prepare("SELECT id FROM memberships LIMIT 1").first<{ id: number }>();
  return row?.id ?? 0;
}

/** Gives a side's company a membership, where it has none. */
export async function newMembership({ company }: Side): Promise<void> {
  const now = Date.now();
  await directory
    .insert(companyMemberships)
    .values({
      companyId: company.id,
      membershipId: await someMembership(),
      status: "active",
      startedAt: now,
      currentPeriodEnd: now + HOUR,
    })
    .onConflictDoNothing();
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
): Promise<string> {
  const now = Date.now();
  const email = kind === "confirm_email" ? `new-${crypto.randomUUID()}@example.test` : user.email;
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

/** The id of a custom field of the side. */
export async function newCustomField({ company, word }: Side): Promise<number> {
  const [row] = await openLeads(company.database)
    .insert(customFields)
    .values({ companyId: company.id, name: `${word} ${crypto.randomUUID()}`, seenAt: Date.now() })
    .returning();
  if (!row) throw new Error("no custom field");
  return row.id;
}

const cancelled = new Map<number, string>();

/** A cancelled import of the side: one, so that lists of imports are not full of them. */
export async function cancelledImport({ company, word }: Side): Promise<string> {
  const { database, id } = company;
  const code = cancelled.get(id) ?? (await prepareImport(company, `email\n${word}-cancelled@example.test\n`));
  cancelled.set(id, code);
  const own = "(SELECT id FROM imports WHERE import_code = ?)";
  await database.batch([
    database
      .prepare(
        "UPDATE imports SET status = 5, queued_at = NULL, finished_at = created_at WHERE import_code = ?",
      )
      .bind(code),
    // Carried into the trail, it would be a change in the midst of somebody else's call.
    database.prepare(`DELETE FROM audit_outbox WHERE object_id = ${own}`).bind(code),
  ]);
  return code;
}

const undone = new Map<string, string>();

/** An import of the side whose undo is done, or under way for ever: one of each, as lists are not to be full of them. */
export async function undoneImport(side: Side, isDone: boolean): Promise<string> {
  const { company, owner } = side;
  const known = undone.get(`${company.id} ${isDone}`);
  if (known) return known;
  const now = Date.now();
  const status = isDone ? 7 : 2;
  const { id, importCode } = await createImportRow(company, owner, {
    status,
    finishedAt: now,
    fileSha256: "0".repeat(64),
    // The erasure of a person by another call would clear it.
    fileKey: "",
  });
  await openLeads(company.database)
    .insert(importUndos)
    .values({
      importId: id,
      companyId: company.id,
      requestedBy: owner.id,
      nextRecord: 0,
      sparedRecords: 1,
      createdAt: now,
      movedAt: now,
      ...(isDone ? { finishedAt: now } : { leasedUntil: now + HOUR, leaseId: "somebody" }),
    });
  undone.set(`${company.id} ${isDone}`, importCode);
  return importCode;
}

/** A link of the side to the leads that an undo spared. */
export async function sparedFileLink(side: Side): Promise<string> {
  const file = {
    importCode: await undoneImport(side, true),
    kind: "spared_file",
    userId: side.owner.id,
  } as const;
  return fileLink(env, ORIGIN, file, Date.now());
}
