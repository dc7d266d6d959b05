/** What the product asks for these two reads: who the caller is, one import, a page, its total. */
export const STATEMENTS = {
  actor: `select "email", "email_confirmed_at", "first_name", "last_name", "status", "operator", "token_version", (
    SELECT revoked_at FROM "sessions" WHERE family = ? ORDER BY id DESC LIMIT 1) as "ended_at", iif(? = 0, '[]', (
    SELECT json_group_array(json_array(r.company_id, r.access_id, c.lead_store, n.companies, (
      SELECT min(o.access_id)
      FROM "company_ancestors" ca CROSS JOIN "access_roots" o ON o.user_id = r.user_id AND o.company_id = ca.ancestor_id
      WHERE ca.company_id = r.company_id AND ca.depth > 0), c.name, c.timezone))
    FROM (SELECT * FROM "access_roots" WHERE user_id = "users"."id" LIMIT ?) r
    CROSS JOIN "companies" c ON c.id = r.company_id
    CROSS JOIN "company_counts" n ON n.company_id = r.company_id)) as "roots", (
    SELECT json_group_array(json_array(id, name, store, access, timezone)) FROM (
      SELECT c.id, c.name, c.lead_store AS store, min(ua.access_id) AS access, c.timezone
      FROM json_each(?) asked
      CROSS JOIN "company_ancestors" ca ON ca.company_id = asked.value
      CROSS JOIN "user_accesses" ua ON ua.user_id = "users"."id" AND ua.company_id = ca.ancestor_id
        AND ua.suspended_at IS NULL
      CROSS JOIN "companies" c ON c.id = ca.company_id
      GROUP BY c.id)) as "grants" from "users" where "users"."id" = ?`,
  one: `select "id" as "id", "import_code" as "importCode", "company_id" as "companyId", "campaign_id" as "campaignId", "imported_by" as "importedBy", "status" as "status", "on_duplicate" as "onDuplicate", "dry_run" as "dryRun", "announced" as "announced", "differing_records" as "differingRecords", "file_name" as "fileName", "file_bytes" as "fileBytes", "file_sha256" as "fileSha256", "file_key" as "fileKey", "encoding" as "encoding", "encoding_confidence" as "encodingConfidence", coalesce(imports.unpacked ->> '$.layers[0]', iif(imports.layout IS NULL, NULL, 'csv')) as "kind", imports.unpacked ->> '$.sheet' as "sheet", imports.unpacked ->> '$.hidden' as "hidden", coalesce(imports.unpacked ->> '$.source.bytes', imports.file_bytes) as "readBytes", imports.layout ->> '$.delimiter' as "delimiter", imports.layout ->> '$.headerLine' as "headerLine", "same_file_as" as "sameFileAs", "parent_import_code" as "parentImportCode", "checkpoint_offset" as "checkpointOffset", "total_records" as "totalRecords", "created_records" as "createdRecords", "updated_records" as "updatedRecords", "unchanged_records" as "unchangedRecords", "duplicate_records" as "duplicateRecords", "failed_records" as "failedRecords", "warning_records" as "warningRecords", "error_file_key" as "errorFileKey", "failure_code" as "failureCode", "failure_detail" as "failureDetail", iif(imports.status = 1, (
    SELECT json_group_array(json_array(p.records, p.written_at)) FROM (
      SELECT c.records, c.written_at FROM import_chunks c
      WHERE c.import_id = imports.id ORDER BY c.first_record DESC LIMIT 21) p), NULL) as "pace", (
    SELECT json_object('requested_at', u.created_at, 'finished_at', u.finished_at,
      'records', imports.next_record - 1, 'left', u.next_record, 'deleted', u.deleted_records,
      'restored', u.restored_records, 'spared', u.spared_records)
    FROM import_undos u WHERE u.import_id = imports.id) as "undo", "created_at" as "createdAt", "started_at" as "startedAt", "finished_at" as "finishedAt" from "imports" where ("imports"."import_code" = ? and 1)`,
  page: `select "imports"."id" as "id", "imports"."import_code" as "importCode", "imports"."company_id" as "companyId", "imports"."campaign_id" as "campaignId", "imports"."imported_by" as "importedBy", "imports"."status" as "status", "imports"."on_duplicate" as "onDuplicate", "imports"."dry_run" as "dryRun", "imports"."announced" as "announced", "imports"."differing_records" as "differingRecords", "imports"."file_name" as "fileName", "imports"."file_bytes" as "fileBytes", "imports"."file_sha256" as "fileSha256", "imports"."file_key" as "fileKey", "imports"."encoding" as "encoding", "imports"."encoding_confidence" as "encodingConfidence", coalesce(imports.unpacked ->> '$.layers[0]', iif(imports.layout IS NULL, NULL, 'csv')) as "kind", imports.unpacked ->> '$.sheet' as "sheet", imports.unpacked ->> '$.hidden' as "hidden", coalesce(imports.unpacked ->> '$.source.bytes', imports.file_bytes) as "readBytes", imports.layout ->> '$.delimiter' as "delimiter", imports.layout ->> '$.headerLine' as "headerLine", "imports"."same_file_as" as "sameFileAs", "imports"."parent_import_code" as "parentImportCode", "imports"."checkpoint_offset" as "checkpointOffset", "imports"."total_records" as "totalRecords", "imports"."created_records" as "createdRecords", "imports"."updated_records" as "updatedRecords", "imports"."unchanged_records" as "unchangedRecords", "imports"."duplicate_records" as "duplicateRecords", "imports"."failed_records" as "failedRecords", "imports"."warning_records" as "warningRecords", "imports"."error_file_key" as "errorFileKey", "imports"."failure_code" as "failureCode", "imports"."failure_detail" as "failureDetail", iif(imports.status = 1, (
    SELECT json_group_array(json_array(p.records, p.written_at)) FROM (
      SELECT c.records, c.written_at FROM import_chunks c
      WHERE c.import_id = imports.id ORDER BY c.first_record DESC LIMIT 21) p), NULL) as "pace", (
    SELECT json_object('requested_at', u.created_at, 'finished_at', u.finished_at,
      'records', imports.next_record - 1, 'left', u.next_record, 'deleted', u.deleted_records,
      'restored', u.restored_records, 'spared', u.spared_records)
    FROM import_undos u WHERE u.import_id = imports.id) as "undo", "imports"."created_at" as "createdAt", "imports"."started_at" as "startedAt", "imports"."finished_at" as "finishedAt" from "import_scopes" cross join "imports" where "import_scopes"."ancestor_id" = ? AND "imports"."id" = "import_scopes"."import_id" order by "import_scopes"."import_id" DESC limit ? offset ?`,
  total: `
    SELECT coalesce(sum("import_counts"."imports"), 0) AS total FROM "import_counts"
    WHERE "import_counts"."ancestor_id" IN (SELECT value FROM json_each(?))`,
};

/** The header that names the user. */
export const USER_HEADER = "X-User";
