/** Pages to which a root has to point until it is full, where each rowid takes the nine bytes that those below 0 do. */
const PAGES = 300;
/** So many tags of few bytes fill the page of an index to the last ones. */
const TAGS = 600;

/** Below the ids of all that is real. */
const NOBODY = -1;
const PAGEFUL = "printf('%.*c', 4000, '.')";

const KEYED_REQUESTS = `
  INSERT INTO keyed_requests (rowid, key_hash, operation, fingerprint, lease_id, leased_until, body, created_at)
  SELECT ${NOBODY} - value, '-' || value, '', '', '', 0, ${PAGEFUL}, 0 FROM json_each(?)`;
const NO_KEYED_REQUESTS = "DELETE FROM keyed_requests WHERE key_hash GLOB '-*'";

/** Makes statements that insert a row for each number from 0 to below `count`. */
function rowsInto(client: D1Database) {
  return (sql: string, count = PAGES) =>
    client.prepare(sql).bind(JSON.stringify(Array.from({ length: count }, (_, at) => at)));
}

/**
 * Statements, for one batch, that let tables grow until their first pages are full, with rows that are gone in the
 * same transaction. The first page of a table held rows itself while these were few, and keeps what it had of them in
 * its gap. (In a table that has grown beyond, it is full of pointers.)
 */
export function fillRootsStatements(client: D1Database): D1PreparedStatement[] {
  const rows = rowsInto(client);
  return [
    // There is no import of rejected records.
    client.prepare("PRAGMA defer_foreign_keys = ON"),
    rows(
      `INSERT INTO leads (id, company_id, stage_id, notes, created_at, updated_at, deleted_at)
       SELECT ${NOBODY} - value, ${NOBODY}, 1, ${PAGEFUL}, 1, 1, 1 FROM json_each(?)`,
    ),
    rows(
      `INSERT INTO lead_notes (id, company_id, lead_id, author_id, body, created_at)
       SELECT ${NOBODY} - value, ${NOBODY}, ${NOBODY}, 1, ${PAGEFUL}, 1 FROM json_each(?)`,
    ),
    rows(
      `INSERT INTO lead_tags (rowid, company_id, lead_id, tag)
       SELECT ${NOBODY} - value, ${NOBODY}, ${NOBODY}, value || ${PAGEFUL} FROM json_each(?)`,
    ),
    rows(
      `INSERT INTO lead_tags (company_id, lead_id, tag) SELECT ${NOBODY}, ${NOBODY}, value FROM json_each(?)`,
      TAGS,
    ),
    rows(
      `INSERT INTO import_rejections (rowid, import_id, record_number, code, reason, cells)
       SELECT ${NOBODY} - value, ${NOBODY}, value, '', '', ${PAGEFUL} FROM json_each(?)`,
    ),
    rows(
      `INSERT INTO import_matches (rowid, import_id, record_number, lead_id, changed, before)
       SELECT ${NOBODY} - value, ${NOBODY}, value, ${NOBODY} - value, 0, ${PAGEFUL} FROM json_each(?)`,
    ),
    rows(KEYED_REQUESTS),
    rows(
      `INSERT INTO custom_fields (id, company_id, name, seen_at)
       SELECT ${NOBODY} - value, ${NOBODY}, value || ${PAGEFUL}, 0 FROM json_each(?)`,
    ),
    client.prepare(`DELETE FROM custom_fields WHERE company_id = ${NOBODY}`),
    client.prepare(`DELETE FROM custom_field_counts WHERE company_id = ${NOBODY}`),
    client.prepare(NO_KEYED_REQUESTS),
    client.prepare(`DELETE FROM import_matches WHERE import_id = ${NOBODY}`),
    client.prepare(`DELETE FROM import_rejections WHERE import_id = ${NOBODY}`),
    client.prepare(`DELETE FROM lead_tags WHERE lead_id = ${NOBODY}`),
    client.prepare("DELETE FROM lead_notes WHERE id < 0"),
    client.prepare("DELETE FROM leads WHERE id < 0"),
  ];
}

/** The same for those tables of the directory that have something of people in leads. */
export function fillDirectoryRootsStatements(client: D1Database): D1PreparedStatement[] {
  const rows = rowsInto(client);
  return [
    // Nobody has begun these uploads.
    client.prepare("PRAGMA defer_foreign_keys = ON"),
    rows(
      `INSERT INTO multipart_uploads (id, user_id, file_name, bytes, part_bytes, file_key, created_at, expires_at)
       SELECT ${NOBODY} - value, ${NOBODY}, ${PAGEFUL}, 0, 0, '-' || value, 0, 0 FROM json_each(?)`,
    ),
    rows(
      `INSERT INTO uploaded_parts (rowid, upload_id, number, attempts, etag)
       SELECT ${NOBODY} - value, ${NOBODY} - value, 1, 0, ${PAGEFUL} FROM json_each(?)`,
    ),
    rows(KEYED_REQUESTS),
    client.prepare(NO_KEYED_REQUESTS),
    client.prepare("DELETE FROM uploaded_parts WHERE upload_id < 0"),
    client.prepare("DELETE FROM multipart_uploads WHERE id < 0"),
  ];
}
