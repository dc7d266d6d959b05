import { createMessageBatch, env } from "cloudflare:test";
import { mintTenant } from "../../src/db/leads/tenant.ts";
import { consumeImports } from "../../src/imports/consumer.ts";
import { createImportCode } from "../../src/imports/import-code.ts";
import { CHUNK_LIMITS } from "../../src/imports/reading/records.ts";
import type { Slice } from "../../src/imports/slice.ts";
import { type ImportMessage, startImport } from "../../src/imports/start-import.ts";
import { storeOriginal } from "../../src/imports/store-original.ts";
import type { createCompany } from "./factories.ts";

type Company = Awaited<ReturnType<typeof createCompany>>;
type OnDuplicate = "skip" | "update" | "create";

const SMALL_CHUNKS = { ...CHUNK_LIMITS, records: 5 };

/**
 * Stores a file and writes the row of its import, without a message: the test delivers.
 *
 * @returns the import's code.
 */
export async function prepareImport(
  company: Company,
  text: string,
  onDuplicate: OnDuplicate = "skip",
  campaignId: number | null = null,
): Promise<string> {
  const fileKey = `originals/${crypto.randomUUID()}`;
  const upload = storeOriginal(env.FILES, fileKey, 1e9);
  await upload.write(new TextEncoder().encode(text));
  const file = await upload.finish();
  const importCode = createImportCode(company.store);
  const tenant = mintTenant(company.store, company.database, [company.id]);
  const quiet = { ...env, IMPORTS: { send: async () => {} } } as unknown as Env;
  await startImport(
    quiet,
    tenant,
    {
      importCode,
      companyId: company.id,
      campaignId,
      importedBy: 1,
      onDuplicate,
      mapping: null,
      source: null,
      country: "MX",
      fileName: "leads.csv",
      fileKey,
      file,
    },
    Date.now(),
  );
  return importCode;
}

/** A slice that is over after some statements, or never. */
export function sliceOf(statements = Number.POSITIVE_INFINITY): Slice {
  let left = statements;
  return {
    spend: (spent) => {
      left -= spent;
    },
    over: () => left <= 0,
  };
}

interface Delivery {
  env?: Env;
  limits?: typeof CHUNK_LIMITS;
  newSlice?: () => Slice;
}

/** Delivers a message to the consumer once. @returns whether it was acknowledged. */
export async function deliver(
  importCode: string,
  { env: given = env, limits = SMALL_CHUNKS, newSlice = () => sliceOf() }: Delivery = {},
): Promise<boolean> {
  const batch = createMessageBatch<ImportMessage>("leadsy-imports", [
    { id: crypto.randomUUID(), timestamp: new Date(), attempts: 1, body: { import_code: importCode } },
  ]);
  let acknowledged = false;
  for (const message of batch.messages) {
    message.ack = () => {
      acknowledged = true;
    };
    message.retry = () => {};
  }
  await consumeImports(batch, given, { limits, newSlice });
  return acknowledged;
}

/** All that an import has left behind, but for ids and times: two undisturbed runs of one file give the same. */
export async function aftermath(company: Company, importCode: string): Promise<unknown> {
  const db = company.database;
  const rows = async (sql: string) => (await db.prepare(sql).bind(importCode).all()).results;
  const OF = "(SELECT id FROM imports WHERE import_code = ?1)";
  const [row] = await rows(
    `SELECT status, total_records, created_records, updated_records, unchanged_records, duplicate_records,
       failed_records, warning_records, next_record, checkpoint_offset, failure_code, error_file_key IS NOT NULL AS e
     FROM imports WHERE import_code = ?1`,
  );
  const errorFile = await env.FILES.get(`imports/${importCode}/errors.csv`);
  return {
    row,
    created: await rows(
      `SELECT record_number, dedupe_key, duplicate_of IS NOT NULL AS copy, email, phone, phone_raw, first_name,
         last_name, stage_id, notes, answers, custom_fields
       FROM leads
       WHERE company_id = (SELECT company_id FROM imports WHERE import_code = ?1) AND import_id = ${OF}
       ORDER BY record_number`,
    ),
    leads: await rows(
      `SELECT dedupe_key, duplicate_of IS NOT NULL AS copy, email, phone, first_name, last_name, custom_fields
       FROM leads WHERE company_id = (SELECT company_id FROM imports WHERE import_code = ?1)
       ORDER BY dedupe_key, copy, record_number`,
    ),
    rejections: await rows(
      `SELECT record_number, code, reason, cells FROM import_rejections WHERE import_id = ${OF} ORDER BY record_number`,
    ),
    matches: await rows(
      `SELECT record_number, changed FROM import_matches WHERE import_id = ${OF} ORDER BY record_number`,
    ),
    chunks: await rows(
      `SELECT first_record, records, start_offset, end_offset,
         (SELECT count(*) FROM leads WHERE id > leads_after AND id <= leads_up_to) AS created
       FROM import_chunks WHERE import_id = ${OF} ORDER BY first_record`,
    ),
    // How far the company's count of leads is off.
    miscounted: await rows(
      `SELECT (SELECT count(*) FROM leads WHERE company_id = i.company_id AND deleted_at IS NULL)
         - (SELECT coalesce(sum(leads), 0) FROM lead_counts WHERE company_id = i.company_id) AS leads
       FROM imports i WHERE i.import_code = ?1`,
    ),
    errorFile: errorFile && (await errorFile.text()),
  };
}
