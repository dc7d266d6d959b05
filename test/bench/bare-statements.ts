/** What the product asks for these two reads: who the caller is, one import, a page, its total. */
export const STATEMENTS = {
  actor: `select "email", "email_confirmed_at", "first_name", "last_name", "status", "operator", "token_version", (
    SELECT revoked_at FROM "sessions" WHERE family = ?
    ORDER BY id DESC LIMIT 1) as "ended_at", iif(?, (
    SELECT json_group_array(json_array(r.company_id, r.access_id, c.lead_store, n.companies, (
      SELECT min(o.access_id)
      FROM "company_ancestors" ca CROSS JOIN "access_roots" o ON o.user_id = r.user_id AND o.company_id = ca.ancestor_id
      WHERE ca.company_id = r.company_id AND ca.depth > 0), c.name))
    FROM "access_roots" r
    CROSS JOIN "companies" c ON c.id = r.company_id
    CROSS JOIN "company_counts" n ON n.company_id = r.company_id
    WHERE r.user_id = "users"."id"), '[]') as "roots", (
    SELECT json_group_array(json_array(id, name, store, access)) FROM (
      SELECT c.id, c.name, c.lead_store AS store, min(ua.access_id) AS access
      FROM json_each(?) asked
      CROSS JOIN "company_ancestors" ca ON ca.company_id = asked.value
      CROSS JOIN "user_accesses" ua ON ua.user_id = "users"."id" AND ua.company_id = ca.ancestor_id
        AND ua.suspended_at IS NULL
      CROSS JOIN "companies" c ON c.id = ca.company_id
      GROUP BY c.id)) as "grants" from "users" where "users"."id" = ?`,
  one: `select "id", "import_code", "company_id", "campaign_id", "imported_by", "status", "on_duplicate", "file_name", "file_bytes", "file_sha256", "file_key", "encoding", "encoding_confidence", coalesce(imports.unpacked ->> '$.layers[0]', iif(imports.layout IS NULL, NULL, 'csv')) as "kind", imports.unpacked ->> '$.sheet' as "sheet", coalesce(imports.unpacked ->> '$.source.bytes', imports.file_bytes) as "read_bytes", imports.layout ->> '$.delimiter' as "delimiter", imports.layout ->> '$.headerLine' as "header_line", "same_file_as", "checkpoint_offset", "total_records", "created_records", "updated_records", "unchanged_records", "duplicate_records", "failed_records", "warning_records", "error_file_key", "failure_code", "failure_detail", "created_at", "started_at", "finished_at" from "imports" where ("imports"."import_code" = ? and 1)`,
  page: `select "imports"."id", "imports"."import_code", "imports"."company_id", "imports"."campaign_id", "imports"."imported_by", "imports"."status", "imports"."on_duplicate", "imports"."file_name", "imports"."file_bytes", "imports"."file_sha256", "imports"."file_key", "imports"."encoding", "imports"."encoding_confidence", coalesce(imports.unpacked ->> '$.layers[0]', iif(imports.layout IS NULL, NULL, 'csv')) as "kind", imports.unpacked ->> '$.sheet' as "sheet", coalesce(imports.unpacked ->> '$.source.bytes', imports.file_bytes) as "read_bytes", imports.layout ->> '$.delimiter' as "delimiter", imports.layout ->> '$.headerLine' as "header_line", "imports"."same_file_as", "imports"."checkpoint_offset", "imports"."total_records", "imports"."created_records", "imports"."updated_records", "imports"."unchanged_records", "imports"."duplicate_records", "imports"."failed_records", "imports"."warning_records", "imports"."error_file_key", "imports"."failure_code", "imports"."failure_detail", "imports"."created_at", "imports"."started_at", "imports"."finished_at" from "import_scopes" cross join "imports" where "import_scopes"."ancestor_id" = ? AND "imports"."id" = "import_scopes"."import_id" order by "import_scopes"."import_id" DESC limit ? offset ?`,
  total: `
    SELECT coalesce(sum("import_counts"."imports"), 0) AS total FROM "import_counts"
    WHERE "import_counts"."ancestor_id" IN (SELECT value FROM json_each(?))`,
};

/** The header that names the user. */
export const USER_HEADER = "X-User";
