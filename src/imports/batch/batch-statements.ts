import { sql } from "drizzle-orm";
import type { Tenant } from "../../db/leads/tenant.ts";
import { prepared } from "../../db/prepared.ts";
import type { MatchKey } from "../../leads/duplicates/match-keys.ts";
import { UNKNOWN_HASH } from "../hash/note-hash.ts";
import { nobodyErasedSince } from "../state/erased-since.ts";
import { STATUS } from "../state/status.ts";

/** What the row of a batch says of it. What its leads are is said in them alone. */
export interface NewBatch {
  id: number;
  importCode: string;
  companyId: number;
  campaignId: number | null;
  /** A user, or an API key. */
  importedBy: number;
  onDuplicate: "skip" | "update" | "create";
  matchBy: readonly MatchKey[];
  createMissing: boolean;
}

/**
 * Reserves the id of an import, for the row that is written with its leads: statements name it before it is there. One
 * that is not used is a gap, and no more.
 */
export async function reserveImportId({ client }: Tenant): Promise<number> {
  const id = await client
    .prepare("UPDATE sqlite_sequence SET seq = seq + 1 WHERE name = 'imports' RETURNING seq")
    .first<number>("seq");
  if (id === null) throw new Error("the lead store has no range of ids");
  return id;
}

/**
 * A statement that writes the row of a batch, before its first chunk. There is none where a person of the company was
 * erased since the request came: then the chunk finds no import, and the transaction fails.
 *
 * @param now when the request came, in milliseconds since 1970.
 */
export function beginBatch({ client }: Tenant, batch: NewBatch, now: number): D1PreparedStatement {
  const { id, importCode, companyId, campaignId, importedBy, onDuplicate, matchBy, createMissing } = batch;
  return prepared(
    client,
    sql`INSERT INTO imports (id, import_code, company_id, campaign_id, imported_by, status, on_duplicate, match_by,
        create_missing, file_name, file_bytes, file_sha256, file_key, encoding, ancestors, is_batch,
        created_at, started_at, moved_at)
      SELECT ${id}, ${importCode}, ${companyId}, ${campaignId}, ${importedBy}, ${STATUS.processing}, ${onDuplicate},
        ${JSON.stringify(matchBy)}, ${Number(createMissing)}, '', 0, ${UNKNOWN_HASH}, '', 'utf-8', '[]', 1,
        ${now}, ${now}, ${now}
      WHERE ${nobodyErasedSince(companyId, now)}`,
  );
}

/** A statement before each further chunk of a batch: it had ended with the chunk before it. */
export function resumeBatch({ client }: Tenant, id: number): D1PreparedStatement {
  return prepared(
    client,
    sql`UPDATE imports SET status = ${STATUS.processing} WHERE id = ${id} AND is_batch = 1`,
  );
}

/**
 * A statement that ends a batch, after each chunk: nothing is left that runs, wherever a request breaks off. What there
 * is of it beside its leads is purged by `images_from`.
 *
 * @param now milliseconds since 1970.
 */
export function endBatch({ client }: Tenant, id: number, now: number): D1PreparedStatement {
  return prepared(
    client,
    sql`UPDATE imports SET
        status = iif(failed_records > 0, ${STATUS.completed_with_errors}, ${STATUS.completed}),
        total_records = next_record - 1, finished_at = ${now}, moved_at = ${now},
        images_from = 1
      WHERE id = ${id}`,
  );
}
