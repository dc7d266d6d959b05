import { createHash } from "node:crypto";
import type { Actor } from "../../auth/actor.ts";
import type { Tenant } from "../../db/leads/tenant.ts";
import type { AppContext } from "../../http/context.ts";
import { AppError, notFound } from "../../http/errors.ts";
import { isKnownKey, oncePerKey } from "../../http/idempotency.ts";
import { BASE_PATH } from "../../http/mount.ts";
import { createImportCode } from "../../imports/import-code.ts";
import { startImport } from "../../imports/start-import.ts";
import { importQuota, requireImportLeft } from "../memberships/limits.ts";
import { findImport } from "./queries.ts";
import { type ReceivedUpload, receiveUpload } from "./receive-upload.ts";
import { showImports } from "./show-imports.ts";

interface Input {
  c: AppContext;
  actor: Actor;
  authorize: (companyId: number, store: number | null) => Promise<Tenant>;
}

/** Takes a file in and starts its import; once for each `Idempotency-Key`. */
export async function createImport({ c, actor, authorize }: Input): Promise<Response> {
  const { databases, now } = c.var;
  const key = c.req.header("Idempotency-Key");
  const received = await receiveUpload(c, async (companyId, store) => {
    const tenant = await authorize(companyId, store);
    const quota = await importQuota(databases.directory, companyId, now);
    // A repetition gets the first answer, also where that was the last import of the month.
    if (quota && !(await isKnownKey(databases.directory, actor.userId, key))) {
      await requireImportLeft(tenant, quota);
    }
    return tenant;
  });
  let answer: Awaited<ReturnType<typeof oncePerKey>>;
  try {
    answer = await oncePerKey(
      databases.directory,
      {
        userId: actor.userId,
        key,
        fingerprint: fingerprintOf(received),
        now,
      },
      () => start(c, actor, received),
    );
  } catch (error) {
    // After a refusal nobody needs the file; after any other trouble there may be an import that does.
    if (error instanceof AppError) await c.env.FILES.delete(received.fileKey);
    throw error;
  }
  // The first request's file is the one that is kept.
  if (answer.replayed) await c.env.FILES.delete(received.fileKey);
  return new Response(answer.body, {
    status: answer.status,
    headers: {
      "Content-Type": "application/json",
      ...(answer.location && { Location: answer.location }),
      ...(answer.replayed && { "Idempotent-Replayed": "true" }),
    },
  });
}

async function start(c: AppContext, actor: Actor, received: ReceivedUpload) {
  const { fields, tenant, country, fileName, fileKey, file } = received;
  const importCode = createImportCode(tenant.store);
  const { directory } = c.get("databases");
  const now = c.get("now");
  await startImport(
    c.env,
    tenant,
    {
      importCode,
      companyId: fields.company_id,
      campaignId: fields.campaign_id ?? null,
      importedBy: actor.userId,
      onDuplicate: fields.on_duplicate,
      mapping: fields.mapping ?? null,
      source: fields.source ?? null,
      country,
      fileName,
      fileKey,
      file,
    },
    now,
    await importQuota(directory, fields.company_id, now),
  );
  const row = await findImport(tenant, importCode);
  const [shown] = row ? await showImports(c, actor, [row]) : [];
  if (!shown) throw notFound();
  return {
    status: 202,
    body: JSON.stringify({ import_file: shown }),
    location: `${BASE_PATH}/import/${importCode}`,
  };
}

/** What an import was asked for: the same fields and the same bytes, however the form was put together. */
function fingerprintOf({ fields, file }: ReceivedUpload): string {
  return createHash("sha256")
    .update(JSON.stringify(["POST /import", fields, file.sha256]))
    .digest("hex");
}
