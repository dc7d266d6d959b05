import { openLeads } from "../../../src/db/clients.ts";
import { customFields, leadNotes } from "../../../src/db/leads/schema.ts";
import { createLead } from "../../harness/leads.ts";
import type { Side, World } from "../world.ts";

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

/** The id of a custom field of the side. */
export async function newCustomField({ company, word }: Side): Promise<number> {
  const [row] = await openLeads(company.database)
    .insert(customFields)
    .values({ companyId: company.id, name: `${word} ${crypto.randomUUID()}`, seenAt: Date.now() })
    .returning();
  if (!row) throw new Error("no custom field");
  return row.id;
}
