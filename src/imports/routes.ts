import { sql } from "drizzle-orm";
import { imports } from "../db/leads/schema.ts";
import { XLSX_TYPE } from "../files/xlsx/write-workbook.ts";
import { linkPage, unavailableStores } from "../http/lists/pagination.ts";
import { companiesPolicy } from "../http/policies/companies.ts";
import { signedLinkPolicy } from "../http/policies/open.ts";
import { rowPolicy } from "../http/policies/row.ts";
import { streamedPolicy } from "../http/policies/streamed.ts";
import { acceptedLocale } from "../http/request/accept-language.ts";
import { type Route, route } from "../http/route.ts";
import { importControlRoutes } from "./control/routes.ts";
import { importEventRoutes } from "./events/routes.ts";
import { storeOfImportCode } from "./import-code.ts";
import { listImports } from "./list/list-imports.ts";
import { importsQuery } from "./list/list-query.ts";
import { importPreviewRoutes } from "./preview/routes.ts";
import { downloadFile } from "./report/download-file.ts";
import {
  exampleImportErrorGroups,
  exampleImportErrors,
  ImportErrorsAnswer,
  importErrorsQuery,
} from "./report/errors-schemas.ts";
import { ErrorFileQuery, exampleErrorFile, exampleOriginalFile } from "./report/file-schemas.ts";
import { listImportErrors } from "./report/list-errors.ts";
import {
  exampleImportFile,
  examplePendingImportFile,
  FileLinkQuery,
  ImportFileAnswer,
  ImportFilesAnswer,
  ImportParams,
} from "./schemas.ts";
import { importsSeen } from "./scope.ts";
import { expectImport, expectImports } from "./show-imports.ts";
import { loadImport } from "./state/load-import.ts";
import { importTemplateRoutes } from "./template/routes.ts";
import { undoRoutes } from "./undo/undo-routes.ts";
import { createImport } from "./upload/create-import.ts";
import { directUploadRoutes } from "./upload/direct/routes.ts";
import { partUploadRoutes } from "./upload/parts/routes.ts";
import { UploadFields } from "./upload/upload-fields.ts";

export const importRoutes: Route[] = [
  ...importPreviewRoutes,
  ...partUploadRoutes,
  ...directUploadRoutes,
  ...importTemplateRoutes,
  route(
    {
      method: "get",
      path: "/import",
      operationId: "listImports",
      summary: "List imports",
      description:
        "The imports of every company that the caller has access to, the newest first; an agent, who sees their own " +
        "leads alone, gets none of the company. An empty parameter counts as absent. `file_processed_at` is when an " +
        "import finished.",
      tag: "Import",
      access: companiesPolicy({ role: "viewer" }),
      request: { query: importsQuery },
      response: {
        status: 200,
        description: "A page of imports.",
        schema: ImportFilesAnswer,
        example: {
          import_files: [exampleImportFile],
          meta: { current_page: 1, next_page: null, prev_page: null, total_pages: 1, total_records: 1 },
        },
        headers: ["Link"],
      },
    },
    async ({ call, actor, openTenants, query }) => {
      const showPage = expectImports(call, actor);
      const seen = await importsSeen(call.databases.directory, actor, openTenants, query);
      const { rows, total, unavailable } = await listImports(seen, query);
      return {
        import_files: await showPage(rows),
        meta: { ...linkPage(call, query, total), ...unavailableStores(unavailable) },
      };
    },
  ),
  route(
    {
      method: "get",
      path: "/import/{import_code}",
      operationId: "getImport",
      summary: "Get an import",
      description:
        "The ledger of an import, live while it is running: poll it as often as you draw a progress bar. Agents, " +
        "who see their own leads alone, find none.",
      tag: "Import",
      importLinks: true,
      access: rowPolicy({ role: "viewer", load: loadImport }),
      request: { params: ImportParams },
      response: {
        status: 200,
        description: "The import.",
        schema: ImportFileAnswer,
        example: { import_file: exampleImportFile },
        etag: true,
      },
    },
    {
      early: async ({ params, databases }) => expectImport(databases.directory, params.import_code),
      handle: async ({ call, actor, row, read: show }) => ({ import_file: await show(call, actor, row) }),
    },
  ),
  route(
    {
      method: "get",
      path: "/import/{import_code}/errors",
      operationId: "listImportErrors",
      summary: "List the errors of an import",
      description:
        "Its rejected records and those that became leads with a warning, by their numbers, also while it is running; " +
        "and how many there are of each kind. Of the warnings of a chunk, up to 3,000 records, the first 250 are " +
        "listed; the groups count all. What a warning is about stands in the lead; a rejection's reason may quote the " +
        "record. Reasons and hints are in English, Spanish or Portuguese, as `Accept-Language` asks; the more exact " +
        "ones in English. Agents, who see their own leads alone, get a 404.",
      tag: "Import",
      importLinks: true,
      access: rowPolicy({ role: "viewer", load: loadImport }),
      request: { params: ImportParams, query: importErrorsQuery },
      response: {
        status: 200,
        description: "A page of errors.",
        schema: ImportErrorsAnswer,
        example: {
          import_errors: exampleImportErrors,
          groups: exampleImportErrorGroups,
          meta: { current_page: 1, next_page: null, prev_page: null, total_pages: 1, total_records: 2 },
        },
        headers: ["Link"],
      },
    },
    {
      early: ({ params: { import_code: code }, query, header, tenantIn }) =>
        listImportErrors(
          tenantIn(storeOfImportCode(code)),
          sql`(SELECT ${imports.id} FROM ${imports} WHERE ${imports.importCode} = ${code})`,
          query,
          acceptedLocale(header("Accept-Language")),
        ),
      handle: async ({ call, query, read: { errors, groups, total } }) => ({
        import_errors: errors,
        groups,
        meta: linkPage(call, query, total),
      }),
    },
  ),
  route(
    {
      method: "post",
      path: "/import",
      operationId: "createImport",
      summary: "Import a file of leads",
      description:
        "Takes a CSV file as `multipart/form-data`, or the file itself as the body with the fields as query " +
        "parameters. The answer comes as soon as the file is stored; follow `Location` for its progress. With an " +
        "`Idempotency-Key` a repetition within 24 hours gets the first answer and imports nothing again. An import " +
        "beyond those that the company's membership allows in a month is a 402, and nothing of it is kept.",
      tag: "Import",
      importLinks: true,
      access: streamedPolicy({ role: "manager", field: "company_id" }),
      upload: {
        fields: UploadFields,
        file: "CSV: comma, semicolon, tab or pipe; UTF-8, UTF-16 or Windows-1252; with a header.",
        contentTypes: ["multipart/form-data", "text/csv"],
      },
      response: {
        status: 202,
        description: "The file is stored and waits for its turn.",
        schema: ImportFileAnswer,
        example: { import_file: examplePendingImportFile },
        headers: ["Location"],
      },
      errors: ["membership_limit", "person_erased"],
    },
    createImport,
  ),
  ...importEventRoutes,
  ...importControlRoutes,
  route(
    {
      method: "get",
      path: "/import/{import_code}/original_file",
      operationId: "downloadOriginalFile",
      summary: "Download the original",
      description:
        "The target of `original_file` in an import: no header is needed, and the link is good for 15 minutes.",
      tag: "Import",
      access: signedLinkPolicy,
      request: { params: ImportParams, query: FileLinkQuery },
      response: {
        status: 200,
        description: "The file, of the kind that it came as.",
        file: ["text/csv", "application/octet-stream"],
        example: exampleOriginalFile,
      },
      errors: ["invalid_link", "not_found"],
    },
    ({ call, params, query }) => downloadFile(call, params.import_code, "original_file", query),
  ),
  route(
    {
      method: "get",
      path: "/import/{import_code}/error_file",
      operationId: "downloadErrorFile",
      summary: "Download the rejected records",
      description:
        "The target of `error_file` in an import: no header is needed, and the link is good for 15 minutes. The " +
        "columns of the original, columns without a name for cells beyond its header, then `_row`, `_code` and " +
        "`_reason`: correct it and send it again, and it is imported with what its original was sent with. Of a " +
        "workbook it is a workbook, in which the cell to correct is coloured and has a comment in the reader's " +
        "language (`Accept-Language`: en, es, pt; the first 5,000 have one); `format` asks for the other kind.",
      tag: "Import",
      access: signedLinkPolicy,
      request: { params: ImportParams, query: ErrorFileQuery },
      response: {
        status: 200,
        description: "The file.",
        file: ["text/csv", XLSX_TYPE],
        example: exampleErrorFile,
      },
      errors: ["invalid_link", "not_found"],
    },
    ({ call, params, query }) => downloadFile(call, params.import_code, "error_file", query),
  ),
  ...undoRoutes,
];
