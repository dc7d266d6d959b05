import { and, isNotNull, isNull, type SQL, sql } from "drizzle-orm";
import type { LeadsDb } from "../../db/clients.ts";
import { leads } from "../../db/leads/schema.ts";
import { canonicalLead, samePerson } from "./same-person.ts";

/**
 * What holds of every lead of a company that is not deleted, at the end of every transaction:
 *
 * - a copy names a canonical lead that is not deleted and is the same person ({@link samePerson}) in `duplicate_of`;
 * - it stays with this lead as long as both are one person. A copy whose lead is gone, or is a different person now,
 *   goes to the earliest canonical lead that is its person; where there is none, it becomes canonical itself, the
 *   earliest of such copies first, and those of its person go with it.
 *
 * Who is canonical once stays so until it is merged into another. A new lead is a copy only where that is asked for.
 */

/**
 * Statements that make this hold again, for the end of a batch in which leads were deleted, or became a different
 * person. Deleted copies go with the others: what was merged is erased with the lead that is its person.
 *
 * @param ids JSON: the leads. Those that are the same person as before keep their copies.
 * @param now milliseconds since 1970.
 * @param raisesVersion whether that counts as a change of the copies: nobody has changed them, but what an import does
 * is known by it to its undo.
 */
export function relinkDuplicates(db: LeadsDb, ids: string, now: number, raisesVersion = false) {
  const changed = changedAt(now, raisesVersion);
  const toCanonicalLead = () =>
    db
      .update(leads)
      .set({ duplicateOf: canonicalLead, ...changed })
      .where(and(pointingTo(ids), hasStrayed("leads"), sql`${leads.duplicateOf} <> ${canonicalLead}`));
  // Copies of one lead share a key with it, so two rounds part nearly all who are different people.
  return [
    toCanonicalLead(),
    followEarliest(db, firstOfPerson(ids), changed),
    followEarliest(db, firstOfPerson(ids), changed),
    followEarliest(db, firstOfExternalId(ids), changed),
    toCanonicalLead(),
  ] as const;
}

function changedAt(now: number, raisesVersion: boolean) {
  const version = raisesVersion ? sql`${leads.version} + 1` : sql`${leads.version}`;
  return { version, updatedAt: sql`max(${now}, ${leads.updatedAt} + 1)` };
}

function pointingTo(ids: string): SQL | undefined {
  return and(
    isNotNull(leads.duplicateOf),
    sql`${leads.duplicateOf} IN (SELECT value FROM json_each(${ids}))`,
  );
}

/**
 * The copies of leads that have become a different person: those that {@link relinkDuplicates} is about to move.
 *
 * @param changes JSON: pairs of a number that is given back, and a lead.
 * @returns a query of that number as `of`, and of `id`, `duplicate_of`, `version` and `updated_at` of each copy.
 */
export function copiesToMove(changes: string): SQL {
  return sql`SELECT k.value->>0 AS of, c.id, c.duplicate_of, c.version, c.updated_at
    FROM json_each(${changes}) k CROSS JOIN leads c ON c.duplicate_of = CAST(k.value->>1 AS INTEGER)
    WHERE ${hasStrayed("c")}`;
}

/** Whether the lead that a row names in `duplicate_of` is no canonical lead of its person any more. */
function hasStrayed(row: string): SQL {
  return sql`NOT EXISTS (
    SELECT 1 FROM leads f WHERE f.id = ${sql.raw(`"${row}"`)}.duplicate_of
      AND f.duplicate_of IS NULL AND f.deleted_at IS NULL AND ${samePerson("f", row)})`;
}

/**
 * Lets strays that no canonical lead is the person of become canonical, or point to one that does.
 *
 * @param firsts a query of the strays by their `id`, each with the stray that it points to, itself to become canonical.
 */
function followEarliest(db: LeadsDb, firsts: SQL, changed: ReturnType<typeof changedAt>) {
  return db
    .update(leads)
    .set({ duplicateOf: sql`nullif(r.first, ${leads.id})`, ...changed })
    .from(sql`(${firsts}) r`)
    .where(and(sql`${leads.id} = r.id AND r.first IS NOT NULL`, isNull(leads.deletedAt)));
}

function strays(ids: string): SQL {
  return sql`SELECT o.id, o.company_id, o.email, o.phone, o.external_id FROM leads o
    WHERE o.duplicate_of IS NOT NULL AND o.duplicate_of IN (SELECT value FROM json_each(${ids}))
      AND o.deleted_at IS NULL AND ${hasStrayed("o")}`;
}

/** The least of a column over the strays that share a key with a stray. */
function least(column: string, key: string, condition: string): string {
  return `iif(${key} IS NULL, NULL, min(${column}) FILTER (WHERE ${condition}) OVER (PARTITION BY company_id, ${key}))`;
}

/** The earliest stray that is the same person as a stray, by the ids in a column; `null` where all are later. */
function earliest(column: string, condition: string): SQL {
  const others = [
    least(column, "email", condition),
    `iif(email IS NULL, ${least(column, "phone", condition)}, ${least(column, "phone", `${condition} AND email IS NULL`)})`,
    least(column, "external_id", condition),
  ];
  const none = "9223372036854775807";
  return sql.raw(`nullif(min(${others.map((id) => `coalesce(${id}, ${none})`).join(", ")}), ${none})`);
}

/** Strays of whose person none is earlier become canonical; the others point to the earliest of these that is theirs. */
function firstOfPerson(ids: string): SQL {
  return sql`
    SELECT id, iif(is_first, id, ${earliest("id", "is_first")}) AS first FROM (
      SELECT *, id = ${earliest("id", "1")} AS is_first FROM (${strays(ids)}))`;
}

/** The strays that are left: no two canonical leads may have one external id. */
function firstOfExternalId(ids: string): SQL {
  return sql`
    SELECT id, coalesce(${sql.raw(least("id", "external_id", "1"))}, id) AS first FROM (${strays(ids)})`;
}
