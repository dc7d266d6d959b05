import { eq } from "drizzle-orm";
import { openLeads } from "../../src/db/clients.ts";
import { leadNotes, leadStageChanges, leadTags, questions } from "../../src/db/leads/schema.ts";
import type { TestUser } from "../harness/factories.ts";
import { createLead } from "../harness/leads.ts";
import { newQuestion } from "./mint/companies.ts";
import type { Side } from "./world.ts";

/** What the agent of a company is not to see of it: the leads that somebody else works, and the files of leads. */
export interface Unseen {
  /** A lead of the manager's, with all that a lead can have. */
  lead: { id: number; email: string };
  note: { id: number };
  /** The key of a question that it answers. */
  question: string;
  /** Nobody's lead, which one of the agent's is a duplicate of. */
  first: { id: number };
  /** A word in all that the lead has. */
  word: string;
  /** Whatever must not be in an answer to the agent, as text. */
  secrets: string[];
}

/** Gives a company leads that its agent does not see; one of the agent's own points to one of them. */
export async function createUnseen(side: Side & { manager: TestUser; agent: TestUser }): Promise<Unseen> {
  const { company, campaign, manager, agent, import: done } = side;
  const word = "nightjar";
  const { id: questionId } = await newQuestion(side);
  const db = openLeads(company.database);
  const email = `lead@${word}.test`;
  const lead = await createLead(company, {
    campaignId: campaign.id,
    assignedTo: manager.id,
    email,
    phoneRaw: word,
    ...{ firstName: word, lastName: word, companyName: word, jobTitle: word },
    ...{ city: word, state: word, country: word, source: word, notes: word, externalId: word },
    answers: { [questionId]: word },
    customFields: { [word]: word },
  });
  const owned = { companyId: company.id, leadId: lead.id };
  const now = Date.now();
  const [[note], [asked]] = await db.batch([
    db
      .insert(leadNotes)
      .values({ ...owned, authorId: manager.id, body: word, createdAt: now })
      .returning(),
    db.select({ key: questions.key }).from(questions).where(eq(questions.id, questionId)),
    db.insert(leadTags).values({ ...owned, tag: word }),
    db.insert(leadStageChanges).values({ ...owned, fromStageId: 1, toStageId: 2, changedAt: now }),
  ]);
  if (!note || !asked) throw new Error("no note, or no question");
  const first = await createLead(company);
  await createLead(company, {
    ...(first.email !== null && { email: first.email }),
    duplicateOf: first.id,
    assignedTo: agent.id,
  });
  const ofFile = [done.import_code, done.file.sha256, `lead@${side.word}.test`, `Lead-${side.word}`];
  return {
    lead: { id: lead.id, email },
    note,
    question: asked.key,
    first,
    word,
    secrets: [word, String(lead.id), String(first.id), ...ofFile],
  };
}
