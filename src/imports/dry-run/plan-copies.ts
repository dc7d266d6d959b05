import type { Identity } from "../../leads/duplicates/identity.ts";
import { MATCH_KEYS } from "../../leads/duplicates/match-keys.ts";
import type { Decisions } from "../matching/decide-outcomes.ts";
import { findKnownLeads, lookUpOf } from "../matching/find-known-leads.ts";
import { KnownLeads, newLead } from "../matching/known-leads.ts";
import type { ChunkTarget } from "../pipeline/chunk/chunk.ts";
import type { PlannedKeys } from "./planned-keys.ts";

/** A copy that becomes a lead of its own because an update makes its lead somebody else. */
export interface PromotedCopy extends Identity {
  id: number;
}

const COPIES = `SELECT c.id, c.duplicate_of AS "of", c.email, c.phone, c.external_id AS externalId
  FROM leads c WHERE c.duplicate_of IN (SELECT value FROM json_each(?1)) AND c.deleted_at IS NULL ORDER BY c.id`;

/**
 * Finds the copies that a chunk of a dry run would make leads of their own, as `relinkDuplicates` does: those that are
 * neither their lead's person any more nor any other's, the earliest of each person. Later records may meet them; the
 * chunk ends before the first of these (`pipeline/chunk/move-copies.ts`).
 */
export async function findPromoted(
  db: D1Database,
  target: ChunkTarget,
  plan: PlannedKeys,
  { rekeyed, created, met }: Decisions,
): Promise<PromotedCopy[]> {
  if (rekeyed.length === 0) return [];
  const { results: copies } = await db
    .prepare(COPIES)
    .bind(JSON.stringify(rekeyed.map(({ leadId }) => leadId)))
    .all<PromotedCopy & { of: number }>();
  const identityOf = new Map(rekeyed.map(({ leadId, identity }) => [leadId, identity]));
  const strays = copies.filter((copy) => !sharesKeys(copy, identityOf.get(copy.of)));
  if (strays.length === 0) return [];
  const lookUp = lookUpOf(
    { companyId: target.companyId, importId: target.id },
    strays,
    MATCH_KEYS,
    true,
    false,
    plan,
  );
  const { leads } = await findKnownLeads(db, lookUp);
  const changed = new Map(met.map(({ leadId, identity }) => [leadId, identity]));
  const known = new KnownLeads([
    ...leads.map((lead) => ({ ...lead, ...changed.get(lead.id ?? 0) })),
    ...created.map(({ record, lead }) => newLead(lead, record)),
  ]);
  const promoted: PromotedCopy[] = [];
  for (const { of: _, ...copy } of strays) {
    if (known.find(copy, MATCH_KEYS).size > 0) continue;
    known.add(newLead(copy, null));
    promoted.push(copy);
  }
  return promoted;
}

function sharesKeys(a: Identity, b: Identity | undefined): boolean {
  return b !== undefined && new KnownLeads([newLead(b, null)]).find(a, MATCH_KEYS).size > 0;
}
