import { createMessageBatch, env } from "cloudflare:test";
import { originOfJob } from "../../src/audit/outbox/write.ts";
import { leadStores } from "../../src/db/bindings.ts";
import type { Databases } from "../../src/db/clients.ts";
import { mintTenant } from "../../src/db/leads/tenant.ts";
import { UNKEYED } from "../../src/http/idempotency/creation.ts";
import { createImportCode, storeOfImportCode } from "../../src/imports/import-code.ts";
import { consumeImports } from "../../src/imports/pipeline/consumer.ts";
import { type NewImport, startImport } from "../../src/imports/pipeline/start-import.ts";
import { CHUNK_LIMITS } from "../../src/imports/readers/records.ts";
import type { ReadingHints } from "../../src/imports/reading-hints.ts";
import { storeOriginal } from "../../src/imports/upload/store-original.ts";
import type { ImportMessage } from "../../src/jobs/message.ts";
import type { Slice } from "../../src/jobs/slice.ts";
import { type Around, surround } from "./bindings.ts";
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
  content: string | Uint8Array,
  onDuplicate: OnDuplicate = "skip",
  campaignId: number | null = null,
  country = "MX",
  more: Partial<Pick<NewImport, "matchBy" | "createMissing" | "mapping" | "constants" | "dryRun">> = {},
  hints: Partial<ReadingHints> = {},
): Promise<string> {
  const fileKey = `originals/${crypto.randomUUID()}`;
  const upload = storeOriginal(env.FILES, fileKey, 1e9, async () => {});
  await upload.write(typeof content === "string" ? new TextEncoder().encode(content) : content);
  const file = await upload.finish();
  const importCode = createImportCode(company.store);
  const tenant = mintTenant(company.store, company.database, [company.id]);
  const quiet = { ...env, IMPORTS: { send: async () => {} } } as unknown as Env;
  const now = Date.now();
  const later = () => {};
  await startImport(
    { env: quiet, tenant, now, quota: null, creation: UNKEYED, origin: originOfJob(now), later },
    {
      importCode,
      companyId: company.id,
      campaignId,
      importedBy: 1,
      onDuplicate,
      mapping: null,
      source: null,
      hints: { encoding: null, delimiter: null, headerLine: null, sheet: null, ...hints },
      ancestors: [],
      country,
      fileName: "leads.csv",
      fileKey,
      file,
      begunAt: now,
      ...more,
    },
  );
  return importCode;
}

/** A slice that is never over. */
export const ENDLESS: Slice = { over: () => false };

/** Opens a slice that is over after some statements, or never. */
export function sliceOf(statements = Number.POSITIVE_INFINITY) {
  return ({ budget }: Databases): Slice => ({ over: () => budget.spent >= statements });
}

interface Delivery {
  env?: Env;
  limits?: typeof CHUNK_LIMITS;
  newSlice?: (databases: Databases) => Slice;
  /** How long a lease is valid; with 0 nobody keeps anybody out. */
  leaseMs?: number;
  now?: () => number;
}

/** Delivers a message to the consumer once. @returns whether it was acknowledged. */
export async function deliver(
  importCode: string,
  { env: bindings = env, limits = SMALL_CHUNKS, newSlice = () => ENDLESS, ...more }: Delivery = {},
): Promise<boolean> {
  const batch = createMessageBatch<ImportMessage>("leadsy-imports", [
    {
      id: crypto.randomUUID(),
      timestamp: new Date(),
      attempts: 1,
      body: { kind: "import", import_code: importCode },
    },
  ]);
  let acknowledged = false;
  for (const message of batch.messages) {
    message.ack = () => {
      acknowledged = true;
    };
    message.retry = () => {};
  }
  await consumeImports(batch, bindings, { limits, newSlice, ...more });
  return acknowledged;
}

/** Longer than any lease. */
const LATER_MS = 10 * 60_000;

/**
 * Delivers until an import has ended: each message that was not acknowledged or was sent meanwhile, and where there
 * is none, the one that the sweeper would send later.
 *
 * @returns how many deliveries it took.
 */
export async function runToEnd(
  importCode: string,
  around: Around,
  delivery: Delivery = {},
  most = 200,
): Promise<number> {
  let waiting = 1;
  let later = 0;
  let deliveries = 0;
  const disturbed = surround(env, around, async (message) => {
    if (Object.hasOwn(message as object, "import_code")) waiting += 1;
  });
  const now = () => Date.now() + later;
  for (; waiting > 0; deliveries++) {
    if (deliveries > most) throw new Error("the import never ends");
    if (await deliver(importCode, { now, ...delivery, env: disturbed })) waiting -= 1;
    if (waiting > 0 || (await hasEnded(importCode))) continue;
    later += LATER_MS;
    waiting = 1;
  }
  return deliveries;
}

async function hasEnded(importCode: string): Promise<boolean> {
  const store = leadStores(env)[storeOfImportCode(importCode) ?? -1];
  const query = "SELECT finished_at IS NOT NULL AS ended FROM imports WHERE import_code = ?";
  return (await store?.prepare(query).bind(importCode).first("ended")) === 1;
}

const OF = "(SELECT id FROM imports WHERE import_code = ?1)";
const COMPANY = "(SELECT company_id FROM imports WHERE import_code = ?1)";

/** What there is to see of an import in its store, each with the code as its one parameter. */
const AFTERMATH = {
  row: `SELECT status, total_records, created_records, updated_records, unchanged_records, duplicate_records,
      failed_records, warning_records, next_record, checkpoint_offset, failure_code, error_file_key IS NOT NULL AS e
    FROM imports WHERE import_code = ?1`,
  created: `SELECT record_number, duplicate_of IS NOT NULL AS copy, email, phone, phone_raw, first_name,
      last_name, stage_id, notes, external_id, answers, custom_fields
    FROM leads WHERE company_id = ${COMPANY} AND import_id = ${OF} ORDER BY record_number`,
  leads: `SELECT duplicate_of IS NOT NULL AS copy, email, phone, external_id, first_name, last_name, custom_fields
    FROM leads WHERE company_id = ${COMPANY} ORDER BY email, phone, external_id, copy, record_number`,
  fields: `SELECT name FROM custom_fields WHERE company_id = ${COMPANY} ORDER BY name`,
  tags: `SELECT l.email, l.phone, l.record_number, t.tag FROM leads l JOIN lead_tags t ON t.lead_id = l.id
    WHERE l.company_id = ${COMPANY} ORDER BY l.email, l.phone, l.record_number, t.tag`,
  rejections: `SELECT record_number, code, reason, cells FROM import_rejections
    WHERE import_id = ${OF} ORDER BY record_number`,
  matches: `SELECT record_number, changed FROM import_matches WHERE import_id = ${OF} ORDER BY record_number`,
  chunks: `SELECT first_record, records, warnings,
      (SELECT count(*) FROM leads l WHERE l.import_id = c.import_id AND l.id > c.leads_after
         AND l.record_number < c.first_record + c.records) AS created
    FROM import_chunks c WHERE import_id = ${OF} ORDER BY first_record`,
  // How far the company's count of leads is off.
  miscounted: `SELECT (SELECT count(*) FROM leads WHERE company_id = i.company_id AND deleted_at IS NULL)
      - (SELECT coalesce(sum(leads), 0) FROM lead_counts WHERE company_id = i.company_id) AS leads
    FROM imports i WHERE i.import_code = ?1`,
};

/** All that an import has left behind, but for ids and times: two undisturbed runs of one file give the same. */
export async function aftermath({ database }: Company, importCode: string): Promise<unknown> {
  const queries = Object.values(AFTERMATH).map((sql) => database.prepare(sql).bind(importCode));
  const [answers, errorFile] = await Promise.all([
    database.batch<Record<string, unknown>>(queries),
    env.FILES.get(`imports/${importCode}/errors.csv`).then((file) => file?.text()),
  ]);
  const rows = Object.fromEntries(
    Object.keys(AFTERMATH).map((name, index) => [name, answers[index]?.results ?? []]),
  );
  return {
    ...rows,
    row: rows.row?.[0],
    rejections: rows.rejections?.map((one) => ({ ...one, reason: withoutIds(String(one.reason)) })),
    errorFile: errorFile === undefined ? null : withoutIds(errorFile),
  };
}

/** A reason without the ids of the leads that it names. */
function withoutIds(text: string): string {
  return text.replaceAll(/\blead \d+/g, "lead N");
}
