import type { SPARED_REASONS } from "../../../db/leads/schema.ts";
import type { Conflicts } from "./find-conflicts.ts";
import type { BeforeImage, CreatedLead, MovedCopy, UndoStep, UpdatedLead } from "./read-step.ts";

/** An updated lead that gets its values of before. */
export type RestoredLead = UpdatedLead & { image: BeforeImage };

/** A lead that is left as it is, and why. */
export interface SparedLead {
  id: number;
  record: number;
  reason: (typeof SPARED_REASONS)[number];
}

/** What becomes of the leads of a step. */
export interface UndoDecisions {
  deleted: CreatedLead[];
  restored: RestoredLead[];
  spared: SparedLead[];
  /** Copies that are of a restored lead again. */
  returned: MovedCopy[];
}

/**
 * Decides which leads are taken back: those that are as the import left them. Every change raises the version of a
 * lead, and undoing a later import lowers it again to what it was.
 */
export function decideStep({ created, updated, moved }: UndoStep, { pairs }: Conflicts): UndoDecisions {
  const spared: SparedLead[] = [];
  const deleted = created.filter((lead) => {
    const reason = lead.deletedAt !== null ? "deleted" : lead.version > 0 || lead.noted ? "changed" : null;
    if (reason) spared.push({ id: lead.id, record: lead.record, reason });
    return reason === null;
  });
  const restored = new Map<number, RestoredLead>();
  for (const lead of updated) {
    const reason = reasonToSpare(lead);
    if (reason) spared.push({ id: lead.id, record: lead.record, reason });
    else restored.set(lead.id, lead as RestoredLead);
  }
  // A lead that stays because of another keeps its keys, and so may be the other of a third.
  const gone = new Set(deleted.map(({ id }) => id));
  const leadOf = new Map(moved.map(({ id, of }) => [id, of]));
  const isReturned = (id: number) => restored.has(leadOf.get(id) ?? 0);
  for (let before = -1; before !== spared.length; ) {
    before = spared.length;
    for (const [id, other] of pairs) {
      const lead = restored.get(id);
      if (!lead || gone.has(other) || restored.has(other) || isReturned(other)) continue;
      restored.delete(id);
      spared.push({ id, record: lead.record, reason: "key_taken" });
    }
  }
  const returned = moved.filter(({ id }) => isReturned(id));
  return { deleted, restored: [...restored.values()], spared, returned };
}

function reasonToSpare({ image, version, deletedAt }: UpdatedLead): SparedLead["reason"] | null {
  if (deletedAt !== null) return "deleted";
  if (image === null) return "no_before_image";
  return image.version === undefined || version !== image.version + 1 ? "changed" : null;
}
