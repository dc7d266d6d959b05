/** Why files cannot be used: when an import fails with each code, and what to do; a clause and a sentence. */
export const FAILURES = {
  empty_file: { when: "nothing is in it", hint: "Export the list again, and send that file." },
  no_records: {
    when: "nothing stands below its header",
    hint: "Check that the right sheet was exported, and send it again.",
  },
  binary_file: {
    when: "`.xls`, `.xlsb`, `.xlsm`, `.ods`, a workbook with a password, an archive of another kind, PDF, an image…",
    hint: "Save it as CSV or XLSX without a password, and send that.",
  },
  not_a_table: {
    when: "a web page, XML, JSON that is not one object a line, vCard",
    hint: "Export the list as CSV, XLSX or NDJSON, and send that.",
  },
  several_files: {
    when: "a ZIP archive with more than one file",
    hint: "Send each of its files as an import of its own.",
  },
  nested_archive: { when: "an archive in an archive", hint: "Unpack it, and send the file that is inside." },
  encrypted_file: {
    when: "an archive with a password",
    hint: "Pack it without one, or send the file as it is.",
  },
  archive_too_large: {
    when:
      "more than 2 GiB unpacked, or packed to less than a 250th; a workbook with far more styles, sheets, links or merged cells than " +
      "a list of leads needs",
    hint: "Split the list into several files, or send it as CSV.",
  },
  damaged_archive: {
    when: "it cannot be unpacked, or its checksum differs",
    hint: "Pack it again, check that it opens, and send that.",
  },
  damaged_workbook: {
    when: "the workbook cannot be read",
    hint: "Open it in a spreadsheet, save it again as XLSX or CSV, and send that.",
  },
  sheet_missing: {
    when: "the workbook has no such sheet",
    hint: "Send it again with a `sheet` that `failure.detail` names, or without one.",
  },
  formula_without_value: {
    when: "the value of a formula was not saved",
    hint: "Open the workbook in a spreadsheet, save it, and send it again.",
  },
  no_header: {
    when: "the first line is a record",
    hint: "Give the columns names in a line above the records; or send `header_row=0` with a mapping.",
  },
  header_row_missing: {
    when: "the file has no line `header_row`",
    hint: "Send it again with the line of its header, or without `header_row`.",
  },
  several_tables: {
    when:
      "several tables, one below the other, as webinars export their hosts and those who came; or side by side, each " +
      "with names and contacts, parted by empty columns or under the same headers again",
    hint:
      "Make a file of each. Of tables below each other, `header_row` says which one is read; of those side by side, a " +
      "mapping that names columns of the second is taken for knowing them.",
  },
  ambiguous_layout: {
    when: "two delimiters fit equally well",
    hint: "Say with `delimiter` which one it is.",
  },
  no_contact_column: {
    when: "no column is an e-mail or a phone",
    hint: "Name such a column in the header, or say with `mapping` which one it is.",
  },
  header_too_long: {
    when: "a header over 64 KiB, or a name over 255 characters",
    hint: "Shorten the names; where no line ends, save the file as CSV again.",
  },
  too_many_columns: { when: "more than 1,024 columns", hint: "Delete columns that are not needed." },
  too_many_custom_fields: {
    when: "its columns would be more custom fields than a company may have",
    hint: "Leave columns out in the mapping, or map them to fields that there are.",
  },
  unclosed_quote: {
    when: "a quote in the header never closes",
    hint: "Close or remove it, then import the file again.",
  },
  record_too_large: {
    when: "a record over 256 KiB; records before it stay imported, as the counters say",
    hint: "Shorten the record, and send it and those after it.",
  },
  too_many_rejections: {
    when: "2,000,000 rejected records, or from 500,000 on nine of ten",
    hint: "Check that it is the right file and that its columns are what the header says.",
  },
  mapping_column_missing: {
    when: "the mapping names a column that the file does not have",
    hint: "Correct the name, or leave it out of the mapping.",
  },
  mapping_conflict: {
    when: "the mapping names a column twice, gives two columns what only one can have, or a field two rules",
    hint: "Keep one of them in the mapping.",
  },
  mapping_target_unknown: {
    when: "the mapping names a target that the campaign does not have; the upload refuses most of these already, with 422",
    hint: "Correct the target: a field, the key of a question, or `custom_fields.<name>`.",
  },
  parent_not_found: {
    when: "an error file that came without a mapping, and no import of the company rejected such records",
    hint: "Send `parent_import_code`, or a `mapping`.",
  },
  parent_in_doubt: {
    when: "an error file whose records several imports rejected, with different settings",
    hint: "Send the `parent_import_code` of one that `failure.detail` names.",
  },
  dry_run_outdated: {
    when: "a question, a choice or a stage that the dry run was about was gone when the commit's turn came",
    hint: "Run a dry run again.",
  },
  wrong_sha256: {
    when: "what came in parts is not the file whose SHA-256 was promised",
    hint: "Upload the file again.",
  },
  original_missing: { when: "the stored file is gone", hint: "Upload the file again." },
  processing_failed: {
    when: "the platform failed for six hours",
    hint: "`POST /import/{import_code}/retry` goes on where it ended.",
  },
} as const satisfies Record<string, { when: string; hint: string }>;

/** Why a file cannot be used. */
export type FailureCode = keyof typeof FAILURES;
