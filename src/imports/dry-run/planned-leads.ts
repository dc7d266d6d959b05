import { CROWD } from "../matching/known-leads.ts";
import type { PlannedKeys } from "./planned-keys.ts";

/** The keys of a chunk's records, by which its dry run looks up what it plans. */
export interface PlannedLookUp {
  /** JSON arrays of hashes, as the look-up of leads has the keys. */
  externalIds: string;
  emails: string;
  barePhones: string;
  phones: string;
  /** The keys behind them. */
  keys: ReadonlyMap<number, string>;
}

type Keys = Record<"externalIds" | "emails" | "barePhones" | "phones", readonly string[]>;

/** What a plan is looked up by. @param plan hashes the keys. */
export function plannedLookUp(plan: PlannedKeys, keys: Keys): PlannedLookUp {
  const known = new Map<number, string>();
  const hashed = (some: readonly string[]) => {
    const hashes = some.map((key) => plan.hash(key));
    for (const [at, hash] of hashes.entries()) known.set(hash, some[at] ?? "");
    return JSON.stringify(hashes);
  };
  return {
    externalIds: hashed(keys.externalIds),
    emails: hashed(keys.emails),
    barePhones: hashed(keys.barePhones),
    phones: hashed(keys.phones),
    keys: known,
  };
}

/** What a look-up of {@link plannedLeads} binds to `?7` to `?10`. */
export function plannedValues({ externalIds, emails, barePhones, phones }: PlannedLookUp): string[] {
  return [externalIds, emails, barePhones, phones];
}

/** A key that a look-up gave: of a plan it is a hash, of which no record of the chunk asks unless it is known. */
export function keyIn(planned: PlannedLookUp | null, key: string | number | null): string | null {
  return typeof key === "number" ? (planned?.keys.get(key) ?? `hash ${key}`) : key;
}

function holders(list: string, index: string, condition: string): string {
  const planned = `FROM import_plans INDEXED BY ${index} WHERE import_id = ?2 AND ${condition}`;
  return `SELECT h.id FROM json_each(${list}) k CROSS JOIN import_plans h
    WHERE EXISTS (SELECT 1 ${planned}) AND h.id IN (SELECT id ${planned} LIMIT ${CROWD})`;
}

const PLANNED_HOLDERS = `${holders("?7", "import_plans_external_id", "external_id = k.value")}
  UNION ALL ${holders("?8", "import_plans_email", "email = k.value")}
  UNION ALL ${holders("?9", "import_plans_phone", "phone = k.value")}
  UNION ALL ${holders("?10", "import_plans_phone", "phone = k.value AND email IS NULL")}`;

/** Leads that are new in the plan come after those of the store, as they would. */
const LATER = 9_000_000_000_000_000;

/**
 * The leads that records may meet in a dry run, as JSON: those of the store, with other keys where the plan has them,
 * then those that would be new.
 *
 * @param ofStore selects the ids of leads of the store, by their keys there.
 * @param hasCopies whether a lead has copies, as SQL.
 */
export function plannedLeads(ofStore: string, hasCopies: (lead: string) => string): string {
  return `(
    SELECT json_group_array(json_array(id, email, phone, external_id, record, is_met, has_copies)) FROM (
      SELECT l.id, l.email, l.phone, l.external_id, NULL AS record, p.id IS NOT NULL AS is_met,
        ${hasCopies("l.id")} AS has_copies, l.id AS place
      FROM leads l LEFT JOIN import_plans p ON p.import_id = ?2 AND p.lead_id = l.id
      WHERE l.id IN (${ofStore})
        AND p.email IS NULL AND p.phone IS NULL AND p.external_id IS NULL
      UNION ALL
      SELECT p.lead_id, p.email, p.phone, p.external_id, iif(p.lead_id IS NULL, p.record_number, NULL),
        p.lead_id IS NULL OR p.changed IS NOT NULL, ${hasCopies("p.lead_id")},
        coalesce(p.lead_id, ${LATER} + p.record_number)
      FROM import_plans p WHERE p.id IN (${PLANNED_HOLDERS})
        AND (p.lead_id IS NULL
          OR EXISTS (SELECT 1 FROM leads l WHERE l.id = p.lead_id AND l.deleted_at IS NULL))
      ORDER BY place))`;
}
