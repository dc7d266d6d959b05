import { eq, sql } from "drizzle-orm";
import { auditInStore } from "../../audit/outbox/write.ts";
import type { Origin } from "../../audit/record.ts";
import { imports } from "../../db/leads/schema.ts";
import type { Tenant } from "../../db/leads/tenant.ts";
import type { Creation } from "../../http/idempotency/creation.ts";
import { sendMessage } from "../../jobs/message.ts";
import type { MatchKey } from "../../leads/duplicates/match-keys.ts";
import { describeError, log } from "../../log.ts";
import { type ImportQuota, insertWithin, type NewImportRow, usedUp } from "../../memberships/limits.ts";
import type { Mapping } from "../columns/mapping.ts";
import { earlierImport, UNKNOWN_HASH } from "../hash/note-hash.ts";
import { type ImportRow, importColumns } from "../queries.ts";
import type { ReadingHints } from "../reading-hints.ts";
import { nobodyErasedSince, requireNobodyErased } from "../state/erased-since.ts";
import { imagesFrom, queuedWhenFirst } from "../state/import-state.ts";
import { comparingHash } from "../unpack/unpacked.ts";
import type { StoredFile } from "../upload/store-original.ts";

/** What an import is started with. */
export interface NewImport {
  importCode: string;
  companyId: number;
  campaignId: number | null;
  importedBy: number;
  onDuplicate: "skip" | "update" | "create";
  /** `email` and `phone` by default. */
  matchBy?: MatchKey[];
  createMissing?: boolean;
  /** Whether everything is done but the writing of leads. */
  dryRun?: boolean;
  mapping: Mapping | null;
  constants?: Record<string, string> | null;
  source: string | null;
  hints?: ReadingHints;
  country: string | null;
  /** The companies above its own. */
  ancestors: number[];
  fileName: string;
  fileKey: string;
  file: StoredFile;
  /** When its file began to come, in milliseconds since 1970. */
  begunAt: number;
}

/** What starting an import needs from outside, and who starts it. */
export interface StartPorts {
  env: Env;
  tenant: Tenant;
  /** Milliseconds since 1970. */
  now: number;
  /** How many imports the company may start; `null` where there is no limit. */
  quota: ImportQuota | null;
  creation: Creation;
  /** Who sends the file, for the audit trail. */
  origin: Origin;
  /** Keeps something going that nobody waits for. */
  later(work: Promise<unknown>): void;
}

/**
 * Writes the row of an import whose file is in R2, and asks the queue for its first step if it is its turn: one that
 * waits for an earlier import of the company costs no message.
 *
 * @returns the import as it is shown.
 * @throws 402 where the imports of the month are used up; 409 where a person was erased since the file began to come.
 */
export async function startImport(
  { env, tenant, now, quota, creation, origin, later }: StartPorts,
  upload: NewImport,
): Promise<ImportRow> {
  const { db } = tenant;
  const row = rowOf(upload, now);
  const inserted = sql`FROM ${imports} WHERE import_code = ${upload.importCode}`;
  const [[sent], [shown]] = await db.batch([
    insertWithin(tenant, row, quota, nobodyErasedSince(upload.companyId, upload.begunAt)),
    db.select(importColumns).from(imports).where(eq(imports.importCode, upload.importCode)),
    ...creation.record(db, sql`(SELECT id ${inserted})`),
    auditInStore(
      db,
      origin,
      { action: "import.created", companyId: upload.companyId, objectId: sql`id` },
      inserted,
    ),
  ]);
  if (!shown) {
    await requireNobodyErased(tenant, upload.companyId, upload.begunAt);
    throw quota ? usedUp(quota) : new Error("an import was written and not found");
  }
  // A message that is lost with the Worker is sent again by the sweeper.
  if (sent?.queuedAt != null) later(requestStep(env, upload.importCode));
  return shown;
}

function rowOf({ file, hints, begunAt: _, ...fields }: NewImport, now: number): NewImportRow {
  return {
    ...fields,
    fileBytes: file.bytes,
    fileSha256: file.sha256 ?? UNKNOWN_HASH,
    unpacked: file.promised ? comparingHash({ key: fields.fileKey, bytes: file.bytes }) : null,
    encoding: hints?.encoding ?? file.encoding.encoding,
    encodingConfidence: hints?.encoding ? ("certain" as const) : file.encoding.confidence,
    hints: hints ?? null,
    sameFileAs: file.sha256 === null ? null : earlierImport(fields.companyId, file.sha256),
    createdAt: now,
    movedAt: now,
    queuedAt: queuedWhenFirst(fields.companyId, now),
    imagesFrom: imagesFrom(fields.onDuplicate, fields.dryRun === true),
  };
}

/**
 * Asks the queue for an import's next step. A message that cannot be sent is no failure: the sweeper sends it again.
 *
 * @param delaySeconds until it may be delivered.
 */
export async function requestStep(env: Env, importCode: string, delaySeconds = 0): Promise<void> {
  try {
    await sendMessage(env, { kind: "import", import_code: importCode }, delaySeconds);
  } catch (error) {
    log("error", "import.not_queued", { import_code: importCode, ...describeError(error) });
  }
}
