import type { TestCompany } from "../../harness/factories.ts";

/**
 * What undoing means, at its plainest: each lead has a stack of what it was, each time with who made it so. An undo
 * takes the top off where its import put it there. It shares nothing with the product.
 */

/** A lead to the letter: its row, tags, notes and history. */
// biome-ignore lint/suspicious/noExplicitAny: rows as the database has them.
export type Lead = Record<string, any>;
export type Leads = Map<number, Lead>;

/** Reads all leads of a company, deleted ones too. */
export async function readLeads({ id, database }: TestCompany): Promise<Leads> {
  const { results } = await database
    .prepare(
      `SELECT *,
         (SELECT json_group_array(tag) FROM (SELECT tag FROM lead_tags WHERE lead_id = l.id ORDER BY tag)) AS tags,
         (SELECT json_group_array(body) FROM (SELECT body FROM lead_notes WHERE lead_id = l.id ORDER BY id)) AS written,
         (SELECT json_group_array(json_array(id, from_stage_id, to_stage_id, changed_by, changed_at)) FROM (
            SELECT * FROM lead_stage_changes WHERE lead_id = l.id ORDER BY id)) AS history
       FROM leads l WHERE company_id = ? ORDER BY id`,
    )
    .bind(id)
    .all<Lead>();
  return new Map(results.map((lead) => [Number(lead.id), lead]));
}

interface Layer {
  lead: Lead | null;
  by: string;
}

/** Who has changed a copy that came to be of another lead by an import. */
export const movedBy = (code: string) => `a move by ${code}`;

export class UndoModel {
  readonly #stacks = new Map<number, Layer[]>();

  /** Takes note of what somebody, or an import, has made of the leads. */
  note(now: Leads, byWhom: (id: number) => string): void {
    for (const [id, lead] of now) {
      const stack = this.#stacks.get(id) ?? [{ lead: null, by: "nobody" }];
      const top = stack.at(-1);
      // Whose copy a lead is may change with its first lead: that is no change of its own.
      if (top?.lead && top.lead.version === lead.version && isRelinked(top.lead, lead)) top.lead = lead;
      else if (JSON.stringify(stack.at(-1)?.lead) !== JSON.stringify(lead))
        stack.push({ lead, by: byWhom(id) });
      this.#stacks.set(id, stack);
    }
    for (const id of this.#stacks.keys()) if (!now.has(id)) this.#stacks.delete(id);
  }

  /**
   * What the leads are once an import is undone, and which copies went back to their leads with these.
   *
   * @param kept leads that stay because of another's key.
   */
  undo(by: string, kept: ReadonlySet<number>): { leads: Leads; returned: number[] } {
    const undone = new Set<number>();
    for (const [id, stack] of this.#stacks) {
      if (stack.at(-1)?.by === by && !kept.has(id)) {
        stack.pop();
        undone.add(id);
      }
      if (stack.at(-1)?.lead === null) this.#stacks.delete(id);
    }
    const returned: number[] = [];
    for (const [id, stack] of this.#stacks) {
      if (stack.at(-1)?.by !== movedBy(by) || !undone.has(stack.at(-2)?.lead?.duplicate_of)) continue;
      stack.pop();
      returned.push(id);
    }
    const leads = new Map([...this.#stacks].map(([id, stack]) => [id, stack.at(-1)?.lead as Lead]));
    return { leads, returned };
  }

  /** What a lead was before its last change. */
  below(id: number): Lead {
    return this.#stacks.get(id)?.at(-2)?.lead ?? {};
  }

  /** Another lead is the first of a person now: nobody has changed its copies by that. */
  relink(now: Leads): void {
    for (const [id, lead] of now) {
      const top = this.#stacks.get(id)?.at(-1);
      if (top) top.lead = lead;
    }
  }
}

function isRelinked(before: Lead, after: Lead): boolean {
  const own = ({ duplicate_of, updated_at, ...lead }: Lead) => JSON.stringify(lead);
  return before.duplicate_of !== after.duplicate_of && own(before) === own(after);
}

/** Whether two leads would be one person. */
export function isSamePerson(a: Lead, b: Lead): boolean {
  const same = (key: string) => a[key] !== null && a[key] === b[key];
  return same("email") || same("external_id") || (same("phone") && (a.email === null || b.email === null));
}
