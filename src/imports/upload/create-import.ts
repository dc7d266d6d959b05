import { carryAfterAnswer } from "../../audit/outbox/carry.ts";
import { authorIdOf, type CompanyActor } from "../../auth/actor.ts";
import { AppError, notFound } from "../../errors.ts";
import { replay } from "../../http/idempotency/answer-once.ts";
import { type Creation, UNKEYED } from "../../http/idempotency/creation.ts";
import { placeOf } from "../../http/idempotency/key-places.ts";
import { describeRequest, hashOwnKey } from "../../http/idempotency/keyed-request.ts";
import { isKeyUsed, type KeptAnswer } from "../../http/idempotency/requests.ts";
import { runOnce } from "../../http/idempotency/run-once.ts";
import { BASE_PATH } from "../../http/mount.ts";
import type { Call } from "../../http/request/call.ts";
import { requireImportLeft } from "../../memberships/limits.ts";
import { createImportCode } from "../import-code.ts";
import { findImportById, type ImportRow } from "../queries.ts";
import { showImport } from "../show-imports.ts";
import { type Allowed, type Authorize, checkFields } from "./checks/check-fields.ts";
import { type ReceivedUpload, receiveUpload } from "./receive-upload.ts";
import { startPorts, startReceived } from "./start-received.ts";

interface Input {
  call: Call;
  actor: CompanyActor;
  authorize: Authorize;
}

/** Receives a file and starts its import; once for each `Idempotency-Key`. */
export async function createImport({ call, actor, authorize }: Input): Promise<Response> {
  const key = call.header("Idempotency-Key");
  const keyHash = key === undefined ? null : hashOwnKey(actor, key);
  const ports = { actor, directory: call.databases.directory, authorize, now: call.now };
  let isLeft: Promise<void> = Promise.resolve();
  const received = await receiveUpload(call, {
    userId: authorIdOf(actor),
    async check(fields) {
      const allowed = await checkFields(ports, fields);
      // Not waited for: the statement that starts the import counts for itself.
      isLeft = requireLeft(allowed, keyHash);
      isLeft.catch(() => {});
      return allowed;
    },
    beforeLargeFile: () => isLeft,
  });
  return startOnce(call, actor, received, key);
}

/** @throws 402 where the imports of the month are used up. A repetition gets the first answer, also then. */
async function requireLeft({ tenant, quota }: Allowed, keyHash: string | null): Promise<void> {
  if (quota && !(keyHash !== null && (await isKeyUsed(tenant.client, keyHash)))) {
    await requireImportLeft(tenant, quota);
  }
}

/**
 * Starts the import of a file that was received. The key is claimed no earlier: only the whole file tells whether
 * a request is the same, and until then nothing is created that a second one could double.
 */
async function startOnce(
  call: Call,
  actor: CompanyActor,
  received: ReceivedUpload,
  key: string | undefined,
): Promise<Response> {
  const { tenant, fileKey, fields, file } = received;
  /** Whether an import has the file: `null` where nobody knows. */
  const outcome: { kept: boolean | null } = { kept: false };
  const start = async (creation: Creation) => {
    outcome.kept = null;
    const importCode = createImportCode(tenant.store);
    const row = await startReceived(startPorts(call, actor, creation), received, importCode).catch(
      (error: unknown) => {
        // A refusal is certain; after any other trouble there may be an import that has the file.
        if (error instanceof AppError) outcome.kept = false;
        throw error;
      },
    );
    outcome.kept = true;
    carryAfterAnswer(call, tenant.store);
    return answerWith(call, actor, row);
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
    const answer = await runOnce(
      placeOf(tenant, call.databases),
      request,
      { create: start, recover },
      Date.now(),
    );
    // Where it is another try's answer, that one's file is the one that is kept.
    if (answer.replayed) outcome.kept ??= false;
    return replay(answer);
  } finally {
    // Where nobody knows, the sweeper finds out.
    if (outcome.kept === true) call.waitUntil(received.close());
    if (outcome.kept === false) await received.discard();
  }
}

async function answerWith(call: Call, actor: CompanyActor, row: ImportRow | undefined): Promise<KeptAnswer> {
  if (!row) throw notFound();
  return {
    status: 202,
    body: JSON.stringify({ import_file: await showImport(call, actor, row) }),
    headers: { Location: `${BASE_PATH}/import/${row.importCode}` },
  };
}
