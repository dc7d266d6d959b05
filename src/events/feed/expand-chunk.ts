import { type SQL, sql } from "drizzle-orm";
import type { Tenant } from "../../db/leads/tenant.ts";
import { prepared } from "../../db/prepared.ts";
import type { EventType } from "../event-types.ts";
import type { StoredEvent } from "../stored-events.ts";
import { type FeedEvent, inOrder, nameOfColumn } from "./expand-row.ts";

/** Events of a chunk, in order. */
export interface ChunkEvents {
  events: FeedEvent[];
  /** The last lead that was looked at, where there may be more; `null` where these are all. */
  until: number | null;
}

/** A row of a chunk, and where in it to go on. */
export interface ChunkToRead {
  row: StoredEvent;
  /** The leads before this one were told of already. */
  fromLead: number;
}

/**
 * Reads what chunks of imports did to leads, from the chunks themselves: the leads that a chunk created are the first
 * ones after those that were there before it, and which ones it updated is kept for each import. Leads that were erased
 * since are in neither.
 *
 * @param types what is asked for; `null` for all.
 * @param limit how many leads of each kind a chunk is read for at the most.
 */
export async function expandChunks(
  { client }: Tenant,
  chunks: readonly ChunkToRead[],
  types: readonly EventType[] | null,
  limit: number,
): Promise<ChunkEvents[]> {
  if (chunks.length === 0) return [];
  const isWanted = (type: EventType) => types === null || types.includes(type);
  const none = sql`SELECT 1 WHERE 0`;
  const statements = chunks.flatMap((chunk) => [
    isWanted("lead.created") ? createdLeads(chunk, limit) : none,
    isWanted("lead.updated") || isWanted("lead.stage_changed") ? updatedLeads(chunk, limit) : none,
  ]);
  const results = await client.batch<Record<string, unknown>>(
    statements.map((statement) => prepared(client, statement)),
  );
  return chunks.map(({ row }, index) =>
    eventsOf(
      row,
      (results[2 * index]?.results ?? []) as unknown as CreatedRow[],
      (results[2 * index + 1]?.results ?? []) as unknown as UpdatedRow[],
      limit,
    ),
  );
}

interface CreatedRow {
  id: number;
  isOfChunk: 0 | 1;
}

interface UpdatedRow {
  id: number;
  /** JSON: the columns of the before-image; empty where that is gone. */
  changed: string;
  fromStage: number | null;
  toStage: number | null;
}

function chunkOf({ row }: ChunkToRead): SQL {
  return sql`WITH chunk AS MATERIALIZED (
    SELECT import_id, first_record, first_record + records - 1 AS last_record, records, leads_after, written_at
    FROM import_chunks WHERE import_id = ${row.objectId} AND first_record = ${row.details.first_record ?? 0})`;
}

function createdLeads(chunk: ChunkToRead, limit: number): SQL {
  return sql`${chunkOf(chunk)}
    SELECT l.id, coalesce(
      l.import_id = (SELECT import_id FROM chunk)
        AND l.record_number BETWEEN (SELECT first_record FROM chunk) AND (SELECT last_record FROM chunk), 0) AS isOfChunk
    FROM leads l WHERE l.id > (SELECT max(leads_after, ${chunk.fromLead - 1}) FROM chunk)
    ORDER BY l.id LIMIT ${limit}`;
}

function updatedLeads(chunk: ChunkToRead, limit: number): SQL {
  return sql`${chunkOf(chunk)}
    SELECT m.lead_id AS id,
      (SELECT json_group_array(key) FROM json_each(coalesce(m.before, '{}'))
       WHERE key NOT IN ('version', 'updated_at')) AS changed,
      m.before->>'$.stage_id' AS fromStage,
      iif(m.before->>'$.stage_id' IS NULL, NULL, (
        SELECT c.to_stage_id FROM lead_stage_changes c
        WHERE c.lead_id = m.lead_id AND c.changed_at = chunk.written_at AND c.changed_by IS NULL
        ORDER BY c.id LIMIT 1)) AS toStage
    FROM chunk CROSS JOIN import_matches m
      ON m.import_id = chunk.import_id AND m.record_number BETWEEN chunk.first_record AND chunk.last_record
    WHERE m.changed AND m.lead_id >= ${chunk.fromLead}
    ORDER BY m.lead_id LIMIT ${limit}`;
}

function eventsOf(
  row: StoredEvent,
  created: CreatedRow[],
  updated: UpdatedRow[],
  limit: number,
): ChunkEvents {
  const of = { row, importId: row.objectId, seenBy: [] };
  const ofChunk = created.filter(({ isOfChunk }) => isOfChunk === 1);
  const events: FeedEvent[] = [
    ...ofChunk.map(({ id }) => ({ ...of, type: "lead.created" as const, objectId: id, details: {} })),
    ...updated.flatMap(({ id, changed, fromStage, toStage }) => [
      {
        ...of,
        type: "lead.updated" as const,
        objectId: id,
        details: { changed: (JSON.parse(changed) as string[]).map(nameOfColumn) },
      },
      ...(fromStage === null
        ? []
        : [
            {
              ...of,
              type: "lead.stage_changed" as const,
              objectId: id,
              details: { stage: [fromStage, toStage] as [number, number | null] },
            },
          ]),
    ]),
  ];
  // The leads of a chunk have ids in a row: where one of something else comes, there are no more.
  const ends = [
    ...(ofChunk.length === limit ? [ofChunk.at(-1)?.id ?? 0] : []),
    ...(updated.length === limit ? [updated.at(-1)?.id ?? 0] : []),
  ];
  const until = ends.length > 0 ? Math.min(...ends) : null;
  return { events: inOrder(events.filter(({ objectId }) => until === null || objectId <= until)), until };
}
