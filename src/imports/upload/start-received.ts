import { originOf } from "../../audit/record.ts";
import { authorIdOf, type CompanyActor } from "../../auth/actor.ts";
import type { Creation } from "../../http/idempotency/creation.ts";
import type { Call } from "../../http/request/call.ts";
import { type NewImport, type StartPorts, startImport } from "../pipeline/start-import.ts";
import type { ImportRow } from "../queries.ts";
import { type Allowed, isDryRun, readHints } from "./checks/check-fields.ts";

/** A file that was received, with what came with it. */
export type Received = Allowed & Pick<NewImport, "fileName" | "fileKey" | "file" | "begunAt">;

type Ports = Omit<StartPorts, "tenant" | "quota">;

/** What starting an import takes of the request that asks for it. */
export function startPorts(call: Call, actor: CompanyActor, creation: Creation): Ports & { userId: number } {
  const { env, now } = call;
  return {
    env,
    now,
    creation,
    origin: originOf(call, actor),
    userId: authorIdOf(actor),
    later: (work) => call.waitUntil(work),
  };
}

/**
 * Starts the import of a file that was received.
 *
 * @returns the import as it is shown.
 * @throws 402 where the imports of the month are used up; 409 where a person was erased since the file began to come.
 */
export function startReceived(
  { userId, ...ports }: Ports & { userId: number },
  { fields, sent, tenant, country, ancestors, quota, fileName, fileKey, file, begunAt }: Received,
  importCode: string,
): Promise<ImportRow> {
  return startImport(
    { ...ports, tenant, quota },
    {
      importCode,
      companyId: fields.company_id,
      campaignId: fields.campaign_id ?? null,
      importedBy: userId,
      onDuplicate: fields.on_duplicate,
      matchBy: fields.match_by,
      dryRun: isDryRun(fields),
      createMissing: fields.create_missing === "true",
      mapping: fields.mapping ?? null,
      constants: fields.constants ?? null,
      source: fields.source ?? null,
      hints: readHints({ fields, sent }),
      country,
      ancestors,
      fileName,
      fileKey,
      file,
      begunAt,
    },
  );
}
