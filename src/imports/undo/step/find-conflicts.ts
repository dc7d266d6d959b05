import { sql } from "drizzle-orm";
import type { Tenant } from "../../../db/leads/tenant.ts";
import { prepared } from "../../../db/prepared.ts";
import type { Undo } from "../undo-state.ts";
import type { BeforeImage, UndoStep, UpdatedLead } from "./read-step.ts";

/** The keys by which a lead is somebody. */
const KEYS = ["email", "phone", "external_id"] as const;

/** Whether restoring a lead changes by what it is found. */
export function changesKeys(image: BeforeImage | null): boolean {
  return image !== null && KEYS.some((key) => Object.hasOwn(image, key));
}

/** Leads that would be the person of a lead once that is restored. */
export interface Conflicts {
  /** The lead to restore, and the other one. */
  pairs: [lead: number, other: number][];
  /** The version of the company's identities at that moment; `null` where nothing was asked. */
  version: number | null;
}

/**
 * Finds leads that came to have a key since the import, which a lead had before it: two leads of a company are never
 * one person by an undo. Those that had it before the import, too, are as they were.
 */
export async function findConflicts(
  { client }: Tenant,
  { importId, companyId }: Pick<Undo, "importId" | "companyId">,
  { updated, writtenAt, leadsAfter, from }: UndoStep,
): Promise<Conflicts> {
  const restored = updated.filter(({ image }) => changesKeys(image));
  if (restored.length === 0) return { pairs: [], version: null };
  const keys = JSON.stringify(restored.map((lead) => [lead.id, ...KEYS.map((key) => keyBefore(lead, key))]));
  const others = (index: string, condition: string) => `
    SELECT CAST(k.value->>0 AS INTEGER) AS lead, o.id AS other
    FROM json_each(?1) k CROSS JOIN leads o INDEXED BY ${index}
    WHERE o.company_id = ?2 AND ${condition} AND o.duplicate_of IS NULL AND o.deleted_at IS NULL
      AND o.id <> k.value->>0`;
  // What the import did before this step is taken back after it.
  const isNew = `(o.id > ?3 OR o.updated_at >= ?4) AND NOT (o.import_id IS ?5 AND o.record_number < ?6)
    AND NOT EXISTS (
      SELECT 1 FROM import_matches m WHERE m.lead_id = o.id AND m.import_id = ?5 AND m.record_number < ?6)`;
  const [pairs, version] = await client.batch<Record<string, number>>([
    client
      .prepare(
        `${others("leads_email", `o.email = k.value->>1 AND ${isNew}`)}
         UNION ${others("leads_phone", `o.phone = k.value->>2 AND (o.email IS NULL OR k.value->>1 IS NULL) AND ${isNew}`)}
         UNION ${others("leads_external_id", "o.external_id = k.value->>3 AND o.external_id IS NOT NULL")}`,
      )
      .bind(keys, companyId, leadsAfter, writtenAt, importId, from),
    prepared(client, sql`SELECT ${identityVersion(companyId)} AS version`),
  ]);
  return {
    pairs: (pairs?.results ?? []).map(({ lead = 0, other = 0 }) => [lead, other]),
    version: version?.results[0]?.version ?? -1,
  };
}

/** The version of a company's identities, as SQL. */
export function identityVersion(companyId: number) {
  return sql`coalesce((SELECT identity_version FROM lead_counts WHERE company_id = ${companyId}), -1)`;
}

function keyBefore(lead: UpdatedLead, key: (typeof KEYS)[number]) {
  const { image } = lead;
  if (image && Object.hasOwn(image, key)) return image[key];
  return key === "external_id" ? lead.externalId : lead[key];
}
