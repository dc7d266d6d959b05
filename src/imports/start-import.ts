import { and, desc, eq } from "drizzle-orm";
import { imports } from "../db/leads/schema.ts";
import type { Tenant } from "../db/leads/tenant.ts";
import { type ImportQuota, insertWithin } from "../features/memberships/limits.ts";
import { describeError, log } from "../log.ts";
import type { StoredFile } from "./store-original.ts";

/** What an import is started with. */
export interface NewImport {
  importCode: string;
  companyId: number;
  campaignId: number | null;
  importedBy: number;
  onDuplicate: "skip" | "update" | "create";
  mapping: Record<string, string | null> | null;
  source: string | null;
  country: string | null;
  fileName: string;
  fileKey: string;
  file: StoredFile;
}

/**
 * Writes the row of an import whose file is in R2, and asks the queue for its first step.
 *
 * A message that cannot be sent is no failure: the sweeper sends it again.
 *
 * @param now milliseconds since 1970.
 * @param quota how many imports the company may start; `null` where there is no limit.
 * @throws 402 where they are used up.
 */
export async function startImport(
  env: Env,
  tenant: Tenant,
  given: NewImport,
  now: number,
  quota: ImportQuota | null = null,
): Promise<void> {
  const { file, ...fields } = given;
  const earlier = await tenant.db
    .select({ importCode: imports.importCode })
    .from(imports)
    .where(and(eq(imports.companyId, given.companyId), eq(imports.fileSha256, file.sha256)))
    .orderBy(desc(imports.id))
    .limit(1)
    .get();
  const row = {
    ...fields,
    fileBytes: file.bytes,
    fileSha256: file.sha256,
    encoding: file.encoding,
    sameFileAs: earlier?.importCode ?? null,
    createdAt: now,
    movedAt: now,
  };
  await (quota ? insertWithin(tenant, row, quota) : tenant.db.insert(imports).values(row));
  try {
    await requestStep(env, given.importCode);
  } catch (error) {
    log("error", "import.not_queued", { import_code: given.importCode, ...describeError(error) });
  }
}

/** A message to the consumer: a pointer to an import, never its rows. */
export interface ImportMessage {
  import_code: string;
}

/** Asks the queue for an import's next step. */
export async function requestStep(env: Env, importCode: string): Promise<void> {
  await env.IMPORTS.send({ import_code: importCode } satisfies ImportMessage);
}
