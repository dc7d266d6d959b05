const IDS_OF_A_FILE = 100_000;
let files = 0;

/**
 * The statements that keep users and companies of one file from having the ids of another's in the same runtime:
 * rate limits, and what the isolate caches, outlive the databases.
 */
export function firstIds(): string[] {
  const first = IDS_OF_A_FILE * files++;
  return ["users", "companies"].map(
    (table) => `INSERT INTO sqlite_sequence (name, seq) VALUES ('${table}', ${first})`,
  );
}
