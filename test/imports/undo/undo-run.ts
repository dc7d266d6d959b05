import { createMessageBatch, env } from "cloudflare:test";
import { eq } from "drizzle-orm";
import { originOfJob } from "../../../src/audit/outbox/write.ts";
import { leadStores } from "../../../src/db/bindings.ts";
import { type Databases, openLeads } from "../../../src/db/clients.ts";
import { imports } from "../../../src/db/leads/schema.ts";
import { mintTenant } from "../../../src/db/leads/tenant.ts";
import { UNKEYED } from "../../../src/http/idempotency/creation.ts";
import { storeOfImportCode } from "../../../src/imports/import-code.ts";
import { consumeUndos } from "../../../src/imports/undo/consume-undos.ts";
import { findLaterImport } from "../../../src/imports/undo/later-imports.ts";
import { undoImport } from "../../../src/imports/undo/undo-import.ts";
import type { UndoMessage } from "../../../src/jobs/message.ts";
import type { Slice } from "../../../src/jobs/slice.ts";
import type { TestCompany } from "../../harness/factories.ts";
import { ENDLESS } from "../../harness/import-run.ts";

/** Asks for an import to be undone, without a message: the test delivers. */
export async function beginUndo(company: TestCompany, importCode: string, sparesLater = true): Promise<void> {
  const row = await openLeads(company.database)
    .select()
    .from(imports)
    .where(eq(imports.importCode, importCode))
    .get();
  if (!row) throw new Error("no import");
  const tenant = mintTenant(company.store, company.database, [company.id]);
  const quiet = { ...env, UNDOS: { send: async () => {} } } as unknown as Env;
  const origin = { ...originOfJob(Date.now()), actor: { kind: "user" as const, userId: 1 } };
  const later = sparesLater ? undefined : await findLaterImport(tenant, importCode);
  await undoImport({ env: quiet, waitUntil: () => {} }, tenant, row, later, origin as never, UNKEYED);
}

interface Delivery {
  /** Whether it does not wait for an erasure. */
  whileErasing?: boolean;
  env?: Env;
  newSlice?: (databases: Databases) => Slice;
  stepRecords?: number;
  leaseMs?: number;
  now?: () => number;
}

/** Waits until nobody is being erased from what leads of the import's company were, for which an undo waits, too. */
async function imagesErased(importCode: string): Promise<void> {
  const database = leadStores(env)[storeOfImportCode(importCode) ?? 0];
  for (let turn = 0; turn < 600; turn++) {
    const erasing = await database
      ?.prepare(
        `SELECT 1 FROM erasures e JOIN imports i ON i.company_id = e.company_id
         WHERE i.import_code = ? AND e.finished_at IS NULL AND e.phase = 'error_files'`,
      )
      .bind(importCode)
      .first();
    if (!erasing) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("the erasure never ends");
}

/** Delivers a message to the consumer of undos once; by default when no erasure keeps it waiting. */
export async function deliverUndo(
  importCode: string,
  {
    env: bindings = { ...env, UNDOS: { send: async () => {} } } as unknown as Env,
    whileErasing = false,
    ...more
  }: Delivery = {},
): Promise<void> {
  if (!whileErasing) await imagesErased(importCode);
  const batch = createMessageBatch<UndoMessage>("leadsy-undos", [
    {
      id: crypto.randomUUID(),
      timestamp: new Date(),
      attempts: 1,
      body: { kind: "undo", import_code: importCode },
    },
  ]);
  await consumeUndos(batch, bindings, { newSlice: () => ENDLESS, stepRecords: 3, ...more });
}

/** What a company's leads are, to the letter: every row of leads, tags and history. */
export async function leadsToTheLetter({ id, database }: TestCompany) {
  const rows = async (sql: string) => (await database.prepare(sql).bind(id).all()).results;
  return {
    leads: await rows("SELECT * FROM leads WHERE company_id = ? ORDER BY id"),
    tags: await rows("SELECT lead_id, tag FROM lead_tags WHERE company_id = ? ORDER BY lead_id, tag"),
    history: await rows("SELECT * FROM lead_stage_changes WHERE company_id = ? ORDER BY id"),
    notes: await rows("SELECT * FROM lead_notes WHERE company_id = ? ORDER BY id"),
    counted: await rows("SELECT leads FROM lead_counts WHERE company_id = ?"),
  };
}

/** How an undo has come out: its import, what it counted, and whom it spared. */
export async function undoOf({ database }: TestCompany, importCode: string) {
  const row = await database
    .prepare(
      `SELECT i.status, i.id, u.deleted_records AS deleted, u.restored_records AS restored, u.spared_records AS spared,
         u.next_record, u.finished_at IS NOT NULL AS finished
       FROM imports i LEFT JOIN import_undos u ON u.import_id = i.id WHERE i.import_code = ?`,
    )
    .bind(importCode)
    .first<{ id: number; status: number; finished: number; deleted: number | null; next_record: number }>();
  if (!row) throw new Error("no import");
  const { results } = await database
    .prepare(
      "SELECT record_number AS record, lead_id AS id, reason FROM import_spared WHERE import_id = ? ORDER BY 1",
    )
    .bind(row.id)
    .all<{ record: number; id: number; reason: string }>();
  const images = await database
    .prepare("SELECT count(*) AS n FROM import_matches WHERE import_id = ? AND before IS NOT NULL")
    .bind(row.id)
    .first<number>("n");
  return { ...row, listed: results, images };
}
