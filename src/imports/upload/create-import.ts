import { carryAfterAnswer } from "../../audit/outbox/carry.ts";
import { originOf } from "../../audit/record.ts";
import type { UserActor } from "../../auth/actor.ts";
import type { Tenant } from "../../db/leads/tenant.ts";
import { AppError, notFound } from "../../errors.ts";
import type { Call } from "../../http/call.ts";
import { replay } from "../../http/idempotency/answer-once.ts";
import { type Creation, UNKEYED } from "../../http/idempotency/creation.ts";
import { describeRequest, hashOwnKey } from "../../http/idempotency/keyed-request.ts";
import { isKeyUsed, type KeptAnswer } from "../../http/idempotency/requests.ts";
import { runOnce } from "../../http/idempotency/run-once.ts";
import { BASE_PATH } from "../../http/mount.ts";
import { importQuota, requireImportLeft } from "../../memberships/limits.ts";
import { createImportCode } from "../import-code.ts";
import { startImport } from "../pipeline/start-import.ts";
import { findImport, findImportById, type ImportRow } from "../queries.ts";
import { showImport } from "../show-imports.ts";
import { isDryRun, readHints } from "./read-upload.ts";
import { type ReceivedUpload, receiveUpload } from "./receive-upload.ts";

interface Input {
  call: Call;
  actor: UserActor;
  authorize: (companyId: number, store: number | null) => Promise<Tenant>;
}

/** Receives a file and starts its import; once for each `Idempotency-Key`. */
export async function createImport({ call, actor, authorize }: Input): Promise<Response> {
  const { databases, now } = call;
  const key = call.header("Idempotency-Key");
  const keyHash = key === undefined ? null : hashOwnKey(actor, key);
  const received = await receiveUpload(call, actor.userId, async (companyId, store, isDryRun) => {
    const tenant = await authorize(companyId, store);
    const quota = isDryRun ? null : await importQuota(databases.directory, companyId, now);
    // A repetition gets the first answer, also where that was the last import of the month.
    if (quota && !(keyHash !== null && (await isKeyUsed(tenant.client, keyHash)))) {
      await requireImportLeft(tenant, quota);
    }
    return tenant;
  });
  return startOnce(call, actor, received, key);
}

/**
 * Starts the import of a file that was received. The key is claimed no earlier: only the whole file tells whether
 * a request is the same, and until then nothing is created that a second one could double.
 */
async function startOnce(
  call: Call,
  actor: UserActor,
  received: ReceivedUpload,
  key: string | undefined,
): Promise<Response> {
  const { tenant, fileKey, fields, file } = received;
  /** Whether an import has the file: `null` where nobody knows. */
  const outcome: { kept: boolean | null } = { kept: false };
  const start = async (creation: Creation) => {
    outcome.kept = null;
    const code = await insertImport(call, actor, received, creation).catch((error: unknown) => {
      // A refusal is certain; after any other trouble there may be an import that has the file.
      if (error instanceof AppError) outcome.kept = false;
      throw error;
    });
    outcome.kept = true;
    return answerWith(call, actor, await findImport(tenant, code));
  };
  const recover = async (importId: number) => {
    const row = await findImportById(tenant, importId);
    outcome.kept = row?.fileKey === fileKey;
    return answerWith(call, actor, row);
  };
  try {
    if (key === undefined) return replay({ ...(await start(UNKEYED)), replayed: false });
    const request = await describeRequest({
      caller: actor,
      key,
      operation: "createImport",
      address: "POST /import",
      // The same fields and the same bytes, however the form was put together.
      body: { fields, sha256: file.sha256 },
    });
    const answer = await runOnce(tenant.client, request, { create: start, recover }, Date.now());
    // Where it is another try's answer, that one's file is the one that is kept.
    if (answer.replayed) outcome.kept ??= false;
    return replay(answer);
  } finally {
    // Where nobody knows, the sweeper finds out.
    if (outcome.kept === true) call.waitUntil(received.close());
    if (outcome.kept === false) await received.discard();
  }
}

/** Writes the import, and asks for its first step. @returns its code. */
async function insertImport(
  call: Call,
  actor: UserActor,
  { fields, tenant, country, ancestors, fileName, fileKey, file }: ReceivedUpload,
  creation: Creation,
): Promise<string> {
  const { databases, now } = call;
  const importCode = createImportCode(tenant.store);
  await startImport(
    call.env,
    tenant,
    {
      importCode,
      companyId: fields.company_id,
      campaignId: fields.campaign_id ?? null,
      importedBy: actor.userId,
      onDuplicate: fields.on_duplicate,
      matchBy: fields.match_by,
      createMissing: fields.create_missing === "true",
      dryRun: isDryRun(fields),
      mapping: fields.mapping ?? null,
      constants: fields.constants ?? null,
      source: fields.source ?? null,
      hints: readHints(fields),
      country,
      ancestors,
      fileName,
      fileKey,
      file,
    },
    now,
    isDryRun(fields) ? null : await importQuota(databases.directory, fields.company_id, now),
    creation,
    originOf(call, actor),
  );
  carryAfterAnswer(call, tenant.store);
  return importCode;
}

async function answerWith(call: Call, actor: UserActor, row: ImportRow | undefined): Promise<KeptAnswer> {
  if (!row) throw notFound();
  return {
    status: 202,
    body: JSON.stringify({ import_file: await showImport(call, actor, row) }),
    headers: { Location: `${BASE_PATH}/import/${row.importCode}` },
  };
}
