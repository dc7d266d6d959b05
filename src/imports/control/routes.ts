import type { CompanyActor } from "../../auth/actor.ts";
import type { Tenant } from "../../db/leads/tenant.ts";
import type { Creation } from "../../http/idempotency/creation.ts";
import { rowPolicy } from "../../http/policies/row.ts";
import type { Call } from "../../http/request/call.ts";
import { creatingRoute, type Route } from "../../http/route.ts";
import type { ImportRow } from "../queries.ts";
import {
  exampleCommittedImportFile,
  exampleImportFile,
  examplePendingImportFile,
  ImportFileAnswer,
  ImportParams,
} from "../schemas.ts";
import { changingImport } from "../show-imports.ts";
import { loadImport } from "../state/load-import.ts";
import { cancelImport } from "./cancel-import.ts";
import { commitImport } from "./commit-import.ts";
import { retryImport } from "./retry-import.ts";

interface Asked {
  call: Call;
  actor: CompanyActor;
  tenant: Tenant;
  row: ImportRow;
}

/** The steps of a route that changes an import. */
function stepsOf(change: (call: Call, asked: Asked, creation: Creation) => Promise<ImportRow>) {
  return changingImport(({ creation, ...asked }: Asked & { creation: Creation }) =>
    change(asked.call, asked, creation),
  );
}

/** What people do to an import that is there. */
export const importControlRoutes: Route[] = [
  creatingRoute(
    {
      method: "post",
      path: "/import/{import_code}/commit",
      operationId: "commitImport",
      summary: "Commit a dry run",
      description:
        "Of a dry run that is `validated`, up to 30 days after that: the same import runs again, of the same file with " +
        "the same mapping and settings, and writes leads this time. Its counters begin again at zero; what the dry run " +
        "counted is kept in `announced`. Once it has ended, `drift` says what came out otherwise, because the leads have " +
        "changed in between, or is `null`. It counts against the imports of the month, and is a 402 where these are " +
        "used up. Asked for again it changes nothing. Anything else is a 409 that says what to do.",
      tag: "Import",
      importLinks: true,
      access: rowPolicy({ role: "manager", load: loadImport }),
      request: { params: ImportParams },
      response: {
        status: 202,
        description: "The import waits for its turn.",
        schema: ImportFileAnswer,
        example: { import_file: exampleCommittedImportFile },
      },
      errors: ["not_committable", "membership_limit"],
    },
    stepsOf(commitImport),
  ),
  creatingRoute(
    {
      method: "post",
      path: "/import/{import_code}/cancel",
      operationId: "cancelImport",
      summary: "Cancel an import",
      description:
        "The chunk that is being written, up to 3,000 records, is the last one: then the import ends as `cancelled`, " +
        "with the error file of what was rejected so far. What was written stays, and the counters say how much that " +
        "is. Until then its status is what it was; follow it. Asked for again it changes nothing. One that has ended " +
        "otherwise is a 409. `retry` lets it go on.",
      tag: "Import",
      importLinks: true,
      access: rowPolicy({ role: "manager", load: loadImport }),
      request: { params: ImportParams },
      response: {
        status: 202,
        description: "The import stops.",
        schema: ImportFileAnswer,
        example: { import_file: { ...exampleImportFile, status: 5, status_name: "cancelled" } },
      },
      errors: ["import_ended"],
    },
    stepsOf(cancelImport),
  ),
  creatingRoute(
    {
      method: "post",
      path: "/import/{import_code}/retry",
      operationId: "retryImport",
      summary: "Let an import go on",
      description:
        "For one that was cancelled, or that failed because of trouble on our side (`processing_failed`): it goes on " +
        "after the last record that has an outcome, and ends with one error file for all. A dry run begins again instead, " +
        "with its counters at zero. A file that cannot be used " +
        "is to be corrected and sent again instead: then, and for one that runs or has dealt with every record, it is " +
        "a 409 that says what to do.",
      tag: "Import",
      access: rowPolicy({ role: "manager", load: loadImport }),
      request: { params: ImportParams },
      response: {
        status: 202,
        description: "The import waits for its turn.",
        schema: ImportFileAnswer,
        example: { import_file: examplePendingImportFile },
      },
      errors: ["import_not_retryable"],
    },
    stepsOf(retryImport),
  ),
];
