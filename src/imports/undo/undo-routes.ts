import { carryAfterAnswer } from "../../audit/outbox/carry.ts";
import { originOf } from "../../audit/record.ts";
import type { CompanyActor } from "../../auth/actor.ts";
import type { Tenant } from "../../db/leads/tenant.ts";
import type { Creation } from "../../http/idempotency/creation.ts";
import { signedLinkPolicy } from "../../http/policies/open.ts";
import { rowPolicy } from "../../http/policies/row.ts";
import type { Call } from "../../http/request/call.ts";
import { creatingRoute, type Route, route } from "../../http/route.ts";
import { storeOfImportCode } from "../import-code.ts";
import type { ImportRow } from "../queries.ts";
import { downloadFile } from "../report/download-file.ts";
import {
  exampleSparedFile,
  exampleUndoneImportFile,
  FileLinkQuery,
  ImportFileAnswer,
  ImportParams,
  UndoQuery,
} from "../schemas.ts";
import { changingImport } from "../show-imports.ts";
import { loadImport } from "../state/load-import.ts";
import { findLaterImport } from "./later-imports.ts";
import { undoImport } from "./undo-import.ts";

/** Taking back an import. */
export const undoRoutes: Route[] = [
  creatingRoute(
    {
      method: "post",
      path: "/import/{import_code}/undo",
      operationId: "undoImport",
      summary: "Undo an import",
      description:
        "Of an import that has ended, up to 30 days after that, however it ended. Leads that it created are gone, and " +
        "leads that it updated are exactly what they were before: fields, answers, custom fields, tags and history. A " +
        "lead that somebody changed since in any way, also by a note, is left as it is, and `undo.spared_file` lists " +
        "it. A job does it, the last records first; until it is done, `status` stays what it was and `undo` says how far " +
        "it is. Asked for again meanwhile, it gets the same answer.",
      tag: "Import",
      access: rowPolicy({ role: "manager", load: loadImport }),
      request: { params: ImportParams, query: UndoQuery },
      response: {
        status: 202,
        description: "It is being undone.",
        schema: ImportFileAnswer,
        example: { import_file: exampleUndoneImportFile },
      },
      errors: ["not_undoable", "import_built_on"],
    },
    {
      early: async ({ params: { import_code: code }, query, tenantIn }) =>
        query.later_imports === "spare"
          ? undefined
          : findLaterImport(tenantIn(storeOfImportCode(code)), code),
      ...changingImport(undo),
    },
  ),
  route(
    {
      method: "get",
      path: "/import/{import_code}/spared_file",
      operationId: "downloadSparedFile",
      summary: "Download the leads that an undo spared",
      description:
        "The target of `undo.spared_file` in an import: no header is needed, and the link is good for 15 minutes. A " +
        "line for each lead that was left as it is, with the number of its record, who it is now, and why. Who was " +
        "deleted or erased since is a number.",
      tag: "Import",
      access: signedLinkPolicy,
      request: { params: ImportParams, query: FileLinkQuery },
      response: { status: 200, description: "The file.", file: "text/csv", example: exampleSparedFile },
      errors: ["invalid_link", "not_found"],
    },
    ({ call, params, query }) => downloadFile(call, params.import_code, "spared_file", query),
  ),
];

interface Undoing {
  call: Call;
  actor: CompanyActor;
  tenant: Tenant;
  row: ImportRow;
  creation: Creation;
  /** The code of a later import that updated its leads. */
  read: string | undefined;
}

async function undo({ call, actor, tenant, row, creation, read: later }: Undoing): Promise<ImportRow> {
  const after = await undoImport(call, tenant, row, later, originOf(call, actor), creation);
  carryAfterAnswer(call, tenant.store);
  return after;
}
