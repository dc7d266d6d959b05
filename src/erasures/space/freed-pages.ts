/** More than an erasure frees. */
export const LEAST_BYTES = 5_000_000;
const FILLER_BYTES = 1_000_000;

/**
 * Statements, for one batch, that write zeros over the pages that a lead store has freed last: rows of zeros take
 * them, and give them back.
 *
 * @param bytes how much was freed, at most.
 */
export function overwriteStatements(client: D1Database, bytes: number): D1PreparedStatement[] {
  const rows = Math.ceil(bytes / FILLER_BYTES);
  const numbers = JSON.stringify(Array.from({ length: rows }, (_, at) => at));
  return [
    client
      .prepare(`INSERT INTO fillers (bytes) SELECT zeroblob(${FILLER_BYTES}) FROM json_each(?)`)
      .bind(numbers),
    client.prepare("DELETE FROM fillers WHERE id > 0"),
  ];
}

/** Up to where a log goes before it begins again, in bytes: a transaction may begin right before. */
const LOG_BYTES = 5_000_000;

/**
 * Writes zeros over what a lead store has freed last, and over its write-ahead log: once for the pages, whereupon the
 * log begins again, and once more from there to beyond where the largest transaction can have ended.
 *
 * @param bytes how much the largest transaction wrote, at most.
 */
export async function overwriteFreedPages(client: D1Database, bytes = LEAST_BYTES): Promise<void> {
  for (const size of [LEAST_BYTES, bytes + LOG_BYTES]) {
    for (const statement of overwriteStatements(client, size)) await statement.run();
  }
}
