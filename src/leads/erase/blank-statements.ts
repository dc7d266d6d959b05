import { type AnyColumn, getTableColumns, type SQL, sql } from "drizzle-orm";
import type { LeadsDb } from "../../db/clients.ts";
import { importMatches, leadNotes, leads, leadTags } from "../../db/leads/schema.ts";

/**
 * A row that is deleted stays in its page of the file until the space is used again: D1 refuses `secure_delete`. One
 * that becomes another of the same length is written over where it stands, and is then deleted as that. So whatever
 * names a person becomes dots first, byte for byte.
 *
 * @see https://www.sqlite.org/fileformat2.html#b_tree_pages (freeblocks)
 */

/** As many dots as a text has bytes. */
export function dots(column: AnyColumn): SQL {
  return sql`printf('%.*c', length(CAST(${column} AS BLOB)), '.')`;
}

/** The same for a column of JSON, as a string: `[]` and `{}` become an empty one. */
export function jsonDots(column: AnyColumn): SQL {
  return sql`'"' || substr(${dots(column)}, 3) || '"'`;
}

/** No store has so many tags that the number of one is longer. */
const ROWID_DIGITS = 12;

/** Every text of a lead as dots, and what is not there stays so: a column that is new is one of them. */
function blankedLead(): Record<string, SQL> {
  const columns = Object.entries(getTableColumns(leads));
  const texts = columns.filter(([, { dataType }]) => dataType === "string" || dataType === "json");
  return Object.fromEntries(
    texts.map(([name, column]) => {
      const blank = column.dataType === "json" ? jsonDots(column) : dots(column);
      return [name, sql`iif(${column} IS NULL, NULL, ${blank})`];
    }),
  );
}

/**
 * Statements that blank deleted leads with their notes and tags, for a batch that deletes these after them.
 *
 * @param erased which leads.
 * @param ofThem `IN (…)`: the same for what has the id of a lead.
 */
export function blankStatements(db: LeadsDb, erased: SQL | undefined, ofThem: SQL) {
  return [
    db
      .update(leadNotes)
      .set({ body: dots(leadNotes.body) })
      .where(sql`${leadNotes.leadId} ${ofThem}`),
    // Each its own number after a character that no tag has: no two of a lead may be alike. Shorter ones stay.
    db
      .update(leadTags)
      .set({
        tag: sql`char(1) || substr(printf('%0256d', rowid), 1 - length(CAST(${leadTags.tag} AS BLOB)))`,
      })
      .where(sql`${leadTags.leadId} ${ofThem} AND length(CAST(${leadTags.tag} AS BLOB)) > ${ROWID_DIGITS}`),
    db.update(leads).set(blankedLead()).where(erased),
  ] as const;
}

/** A statement that blanks what leads were before imports updated them. @param which a condition on the matches. */
export function blankImages(db: LeadsDb, which: SQL) {
  const { before } = importMatches;
  return db
    .update(importMatches)
    .set({ before: jsonDots(before) })
    .where(sql`${before} IS NOT NULL AND ${which}`);
}

/** What of each key stays in its blank one, in bytes: few enough to tell nobody. Phones of a place begin alike. */
const TELLING_BYTES = { email: 4, phone: 8, externalId: 4 } as const;

/** A blank key of the same length as one, which begins like it. No key that is one has its character. */
function blankKey(key: keyof typeof TELLING_BYTES): SQL {
  const column = leads[key];
  const bytes = sql`CAST(${column} AS BLOB)`;
  const telling = sql.raw(String(TELLING_BYTES[key]));
  const begin = sql`coalesce(substr(${bytes}, 1, min(${telling}, max(0, length(${bytes}) - 5))), '')`;
  const blank = sql`CAST(substr(CAST(${begin} || char(1) || ${dots(column)} AS BLOB), 1, length(${bytes})) AS TEXT)`;
  return sql`iif(${column} IS NULL, NULL, ${blank})`;
}

/**
 * Statements that put blank keys of the same lengths into the indexes near the places where the keys of a lead are, or
 * were before the lead was deleted, so that they are written into the space that these leave; the lead is deleted
 * after it. Where both begin alike they are mostly in one page.
 *
 * @param now milliseconds since 1970.
 */
export function blankKeyStatements(db: LeadsDb, id: number, now: number) {
  const ofLead = sql`${leads.id} = ${id}`;
  const blank = { email: blankKey("email"), phone: blankKey("phone"), externalId: blankKey("externalId") };
  return [
    db
      .update(leads)
      .set({ ...blank, duplicateOf: null, deletedAt: null })
      .where(ofLead),
    db.update(leads).set({ deletedAt: now }).where(ofLead),
  ] as const;
}
