import { type AnyColumn, getTableColumns, sql } from "drizzle-orm";
import { multipartUploads, uploadedParts } from "../../db/directory/schema.ts";
import {
  customFields,
  importMatches,
  importRejections,
  imports,
  keyedRequests,
  leadNotes,
  leads,
  type Places,
} from "../../db/leads/schema.ts";
import { prepared } from "../../db/prepared.ts";
import { payloadBytes } from "./payload-bytes.ts";

/** The tables whose rows are about people, each with a column that neither an index nor a trigger looks at. */
const TABLES = {
  leads: { table: leads, filled: "version", type: "INTEGER" },
  notes: { table: leadNotes, filled: "createdAt", type: "INTEGER" },
  requests: { table: keyedRequests, filled: "leaseId", type: "TEXT" },
  matches: { table: importMatches, filled: "changed", type: "INTEGER" },
  rejections: { table: importRejections, filled: "code", type: "TEXT" },
  imports: { table: imports, filled: "movedAt", type: "INTEGER" },
  fields: { table: customFields, filled: "seenAt", type: "INTEGER" },
  uploads: { table: multipartUploads, filled: "partBytes", type: "INTEGER" },
  parts: { table: uploadedParts, filled: "attempts", type: "INTEGER" },
  answers: { table: keyedRequests, filled: "leaseId", type: "TEXT" },
} as const;

/** Those of them that are in the directory. */
const IN_DIRECTORY = new Set<keyof Places>(["uploads", "parts", "answers"]);

/** Whether rows of a kind stand in the directory, and not in the lead store. */
export function isInDirectory(kind: keyof Places): boolean {
  return IN_DIRECTORY.has(kind);
}

/** Where a row of a person stood. */
export type Place = [kind: keyof Places, rowid: number];

export function placesIn(places: Places): Place[] {
  return Object.entries(places).flatMap(([kind, rowids]) =>
    rowids.map((rowid): Place => [kind as keyof Places, rowid]),
  );
}

/** How many rows on either side of a place; some ten pages of leads. */
const NEIGHBOURS = 100;

/** The most that a row has in a leaf page of 4,096 bytes, and what an overflow page takes of it. */
const LOCAL_BYTES = 4061;
const OVERFLOW_BYTES = 4092;
/** From here on the serial type of a blob takes two bytes, and up to here each filled value fits in. */
const LEAST_FILLER = 64;

/**
 * Statements, for one batch, that let each row around a place fill a page of its own for a moment: what SQLite left
 * in the gaps of these pages, when it moved rows, is written over to the last byte. The filler stands before the value
 * of one column, and is taken away again.
 *
 * @param place a rowid; the row itself may be gone.
 * @see https://www.sqlite.org/fileformat2.html#b_tree_pages
 */
export function spreadStatements(
  client: D1Database,
  kind: keyof Places,
  place: number,
): D1PreparedStatement[] {
  const { table, filled, type } = TABLES[kind];
  const { id, [filled]: column, ...others } = getTableColumns(table) as Record<string, AnyColumn>;
  const value = sql.identifier(column?.name ?? "");
  const around = sql`rowid BETWEEN ${place - NEIGHBOURS} AND ${place + NEIGHBOURS}`;
  // The header's size, the id and the serial type of the filler.
  const size = sql`(${id ? 4 : 3} + ${payloadBytes(Object.values(others))})`;
  const left = sql`((${LOCAL_BYTES} - ${size}) % ${OVERFLOW_BYTES} + ${OVERFLOW_BYTES}) % ${OVERFLOW_BYTES}`;
  const filler = sql`(SELECT n + iif(n < ${LEAST_FILLER}, ${OVERFLOW_BYTES}, 0) FROM (SELECT ${left} AS n))`;
  return [
    sql`UPDATE ${table} SET ${value} = CAST(printf('%.*c', ${filler} - length(${value}), '.') || ${value} AS BLOB)
        WHERE ${around} AND typeof(${value}) <> 'blob'`,
    sql`UPDATE ${table} SET ${value} = CAST(ltrim(CAST(${value} AS TEXT), '.') AS ${sql.raw(type)})
        WHERE ${around} AND typeof(${value}) = 'blob'`,
  ].map((statement) => prepared(client, statement));
}

/** As few places as have all others close by. @param places in ascending order. */
export function sparse(places: number[]): number[] {
  const kept: number[] = [];
  for (const place of places) if (place - (kept.at(-1) ?? -Infinity) > NEIGHBOURS / 2) kept.push(place);
  return kept;
}
