import { type Found, findKnownLeads, type LookUp, lookUpOf } from "../../matching/find-known-leads.ts";
import type { ChunkOfOutcomes, ChunkTarget } from "./chunk.ts";

/** A look-up, and its answer. */
export interface LookedUp {
  lookUp: LookUp;
  answer: Found;
}

/** The look-up of the leads that the records of a chunk may match; `null` where none can be a lead. */
export function lookUpFor(target: ChunkTarget, { leads }: ChunkOfOutcomes, allIds: boolean): LookUp | null {
  if (leads.length === 0) return null;
  const records = leads.map(({ lead }) => lead);
  return lookUpOf(
    { companyId: target.companyId, importId: target.id },
    records,
    target.matchBy,
    allIds,
    target.onDuplicate === "update",
    target.plan,
  );
}

/** Looks up the leads that the records of a chunk may match; `null` where none can be a lead. */
export async function lookUpChunk(
  db: D1Database,
  target: ChunkTarget,
  chunk: ChunkOfOutcomes,
  allIds: boolean,
): Promise<LookedUp | null> {
  const lookUp = lookUpFor(target, chunk, allIds);
  return lookUp && { lookUp, answer: await findKnownLeads(db, lookUp) };
}
