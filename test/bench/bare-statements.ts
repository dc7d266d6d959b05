const COLUMNS = [
  ["id", "import_code", "company_id", "campaign_id", "imported_by", "status", "on_duplicate", "file_name"],
  ["file_bytes", "file_sha256", "file_key", "same_file_as", "checkpoint_offset", "total_records"],
  ["created_records", "updated_records", "unchanged_records", "duplicate_records", "failed_records"],
  [
    "warning_records",
    "error_file_key",
    "failure_code",
    "failure_detail",
    "created_at",
    "started_at",
    "finished_at",
  ],
]
  .flat()
  .map((column) => `"${column}"`)
  .join(", ");

const MINE = `"imports"."company_id" IN (SELECT value FROM json_each(?))`;

/** What the product asks for these two reads: who the caller is, one import, a page, its total. */
export const STATEMENTS = {
  actor: `select "email", "first_name", "last_name", "status", "operator", "token_version", (
    SELECT revoked_at FROM "sessions" WHERE family = ?
    ORDER BY id DESC LIMIT 1) as "ended_at", (
    SELECT json_group_array(json_array(id, name, store, access)) FROM (
      SELECT c.id, c.name, c.lead_store AS store, min(ua.access_id) AS access
      FROM "user_accesses" ua
      JOIN "company_ancestors" ca ON ca.ancestor_id = ua.company_id
      JOIN "companies" c ON c.id = ca.company_id
      WHERE ua.user_id = "users"."id"
      GROUP BY c.id
    )) as "grants" from "users" where "users"."id" = ?`,
  one: `select ${COLUMNS} from "imports" where ("imports"."import_code" = ? and ${MINE})`,
  page: `select ${COLUMNS} from "imports" where ${MINE} order by "imports"."id" DESC limit ? offset ?`,
  total: `select count(*) as "total" from "imports" where ${MINE}`,
};

/** The header that names the user. */
export const USER_HEADER = "X-User";
