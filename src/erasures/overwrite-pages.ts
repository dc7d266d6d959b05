/** More than the write-ahead log of a database keeps, and more than an erasure frees. */
const FILLERS = 8;
const FILLER_BYTES = 1_000_000;

/**
 * Writes zeros over what a lead store has freed last, and over its write-ahead log: rows of zeros take the pages that
 * were freed, and give them back. Once for the pages, and once more for the log, which begins again in between.
 */
export async function overwriteFreedPages(client: D1Database): Promise<void> {
  const fill = `INSERT INTO fillers (bytes) SELECT zeroblob(${FILLER_BYTES}) FROM json_each(?)`;
  for (let round = 0; round < 2; round++) {
    await client
      .prepare(fill)
      .bind(JSON.stringify(Array.from({ length: FILLERS }, (_, at) => at)))
      .run();
    await client.prepare("DELETE FROM fillers WHERE id > 0").run();
  }
}
