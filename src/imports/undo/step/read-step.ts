import { type SQL, sql } from "drizzle-orm";
import type { Tenant } from "../../../db/leads/tenant.ts";
import { prepared } from "../../../db/prepared.ts";
import type { Undo } from "../undo-state.ts";

/** How many records a step takes back at the most: some 50 ms of the database. */
export const STEP_RECORDS = 500;

/** How many bytes of before-images a step reads at the most, unless one record alone has more. */
const STEP_BYTES = 2_000_000;

/** What a lead was before an import: the columns that it changed, and its tags where it changed these. */
export type BeforeImage = Record<string, string | number | null | string[]> & {
  version?: number;
  tags?: string[];
};

/** A lead that the import created. */
export interface CreatedLead {
  id: number;
  record: number;
  version: number;
  updatedAt: number;
  deletedAt: number | null;
  noted: number;
}

/** A lead that the import updated. */
export interface UpdatedLead {
  id: number;
  record: number;
  /** `null` where it was purged, or is not known. */
  image: BeforeImage | null;
  version: number;
  updatedAt: number;
  deletedAt: number | null;
  email: string | null;
  phone: string | null;
  externalId: string | null;
}

/** A copy that is of another lead because the import changed the keys of its lead, and is as that left it. */
export interface MovedCopy {
  id: number;
  /** The lead that it was a copy of. */
  of: number;
  version: number;
  updatedAt: number;
  deletedAt: number | null;
}

/** What a step of an undo takes back: records of one chunk, from the last on. */
export interface UndoStep {
  /** The first of its records, and the last. */
  from: number;
  to: number;
  /** When their chunk was written, in milliseconds since 1970, and the highest lead id before that. */
  writtenAt: number;
  leadsAfter: number;
  created: CreatedLead[];
  updated: UpdatedLead[];
  moved: MovedCopy[];
}

/**
 * Reads what is to be taken back next.
 *
 * @param records how many at the most.
 * @param bytes of before-images at the most, unless one record alone has more.
 */
export async function readStep(
  { client }: Tenant,
  { importId, nextRecord: to }: Pick<Undo, "importId" | "nextRecord">,
  records: number,
  bytes = STEP_BYTES,
): Promise<UndoStep> {
  const lowest = to - records + 1;
  const chunk = sql`WITH chunk AS MATERIALIZED (
    SELECT first_record, records, leads_after, written_at FROM import_chunks
    WHERE import_id = ${importId} AND first_record <= ${to} ORDER BY first_record DESC LIMIT 1),
  lowest(record) AS MATERIALIZED (
    SELECT coalesce(max(record) + 1, ${lowest}) FROM (
      SELECT record_number AS record, sum(octet_length(before)) OVER (ORDER BY record_number DESC) AS bytes
      FROM import_matches WHERE import_id = ${importId} AND record_number BETWEEN ${lowest} AND ${to})
    WHERE bytes > ${bytes} AND record < ${to})`;
  const from = sql`(SELECT max(first_record, record) FROM chunk, lowest)`;
  const [chunks, created, updated, moved] = await client.batch<Record<string, unknown>>(
    [
      sql`${chunk} SELECT ${from} AS "from", leads_after AS leadsAfter, written_at AS writtenAt
        FROM chunk`,
      // The leads of a chunk are the first ones after those that were there before it.
      sql`${chunk} SELECT l.id, l.record_number AS record, l.version, l.updated_at AS updatedAt,
          l.deleted_at AS deletedAt, EXISTS (SELECT 1 FROM lead_notes n WHERE n.lead_id = l.id) AS noted
        FROM (
          SELECT id, import_id, record_number, version, updated_at, deleted_at FROM leads
          WHERE id > (SELECT leads_after FROM chunk) ORDER BY id LIMIT (SELECT records FROM chunk)) l
        WHERE l.import_id = ${importId} AND l.record_number BETWEEN ${from} AND ${to}`,
      sql`${chunk} SELECT l.id, m.record_number AS record, m.before, l.version, l.updated_at AS updatedAt,
          l.deleted_at AS deletedAt, l.email, l.phone, l.external_id AS externalId
        FROM import_matches m CROSS JOIN leads l ON l.id = m.lead_id
        WHERE m.import_id = ${importId} AND m.record_number BETWEEN ${from} AND ${to} AND m.changed`,
      sql`${chunk} SELECT l.id, m.duplicate_of AS "of", l.version, l.updated_at AS updatedAt,
          l.deleted_at AS deletedAt
        FROM import_moved_copies m CROSS JOIN leads l ON l.id = m.lead_id
        WHERE m.import_id = ${importId} AND m.record_number BETWEEN ${from} AND ${to}
          AND l.version = m.version + 1`,
    ].map((statement: SQL) => prepared(client, statement)),
  );
  const place = chunks?.results[0] as Pick<UndoStep, "from" | "leadsAfter" | "writtenAt"> | undefined;
  if (!place) throw new Error("a record without a chunk");
  return {
    ...place,
    to,
    created: (created?.results ?? []) as unknown as CreatedLead[],
    updated: (updated?.results ?? []).map(({ before, ...lead }) => ({
      ...(lead as unknown as Omit<UpdatedLead, "image">),
      image: before === null ? null : (JSON.parse(String(before)) as BeforeImage),
    })),
    moved: (moved?.results ?? []) as unknown as MovedCopy[],
  };
}
