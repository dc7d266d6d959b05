import { and, desc, eq, sql } from "drizzle-orm";
import type { BatchItem } from "drizzle-orm/batch";
import { auditInStore } from "../../audit/outbox/write.ts";
import type { Origin } from "../../audit/record.ts";
import { imports } from "../../db/leads/schema.ts";
import type { Tenant } from "../../db/leads/tenant.ts";
import type { Creation } from "../../http/idempotency/creation.ts";
import { sendMessage } from "../../jobs/message.ts";
import type { MatchKey } from "../../leads/duplicates/match-keys.ts";
import { describeError, log } from "../../log.ts";
import {
  type ImportQuota,
  type InsertedImport,
  insertWithin,
  type NewImportRow,
} from "../../memberships/limits.ts";
import type { Mapping } from "../columns/mapping.ts";
import { queuedWhenFirst } from "../import-state.ts";
import type { ReadingHints } from "../reading-hints.ts";
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
}

/**
 * Writes the row of an import whose file is in R2, and asks the queue for its first step if it is its turn: one that
 * waits for an earlier import of the company costs no message.
 *
 * @param now milliseconds since 1970.
 * @param quota how many imports the company may start; `null` where there is no limit.
 * @param origin who sends the file, for the audit trail.
 * @throws 402 where they are used up.
 */
export async function startImport(
  env: Env,
  tenant: Tenant,
  upload: NewImport,
  now: number,
  quota: ImportQuota | null,
  creation: Creation,
  origin: Origin,
): Promise<void> {
  const { file, hints, ...fields } = upload;
  const earlier = await tenant.db
    .select({ importCode: imports.importCode })
    .from(imports)
    .where(
      and(
        eq(imports.companyId, upload.companyId),
        eq(imports.fileSha256, file.sha256),
        eq(imports.dryRun, false),
      ),
    )
    .orderBy(desc(imports.id))
    .limit(1)
    .get();
  const row = {
    ...fields,
    fileBytes: file.bytes,
    fileSha256: file.sha256,
    encoding: hints?.encoding ?? file.encoding.encoding,
    encodingConfidence: hints?.encoding ? ("certain" as const) : file.encoding.confidence,
    hints: hints ?? null,
    sameFileAs: earlier?.importCode ?? null,
    createdAt: now,
    movedAt: now,
    queuedAt: queuedWhenFirst(upload.companyId, now),
    imagesFrom: upload.onDuplicate === "update" && !upload.dryRun ? 1 : null,
  };
  const { db } = tenant;
  const inserted = sql`FROM ${imports} WHERE import_code = ${upload.importCode}`;
  const recorded = [
    ...creation.record(db, sql`(SELECT id ${inserted})`),
    auditInStore(
      db,
      origin,
      { action: "import.created", companyId: upload.companyId, objectId: sql`id` },
      inserted,
    ),
  ];
  const { queuedAt } = await (quota
    ? insertWithin(tenant, row, quota, recorded)
    : insert(tenant, row, recorded));
  if (queuedAt !== null) await requestStep(env, upload.importCode);
}

async function insert(
  { db }: Tenant,
  row: NewImportRow,
  recorded: BatchItem<"sqlite">[],
): Promise<InsertedImport> {
  const [[inserted]] = await db.batch([
    db.insert(imports).values(row).returning({ queuedAt: imports.queuedAt }),
    ...recorded,
  ]);
  return inserted ?? { queuedAt: null };
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
