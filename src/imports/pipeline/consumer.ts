import { tryCarryAuditEvents } from "../../audit/outbox/carry.ts";
import { findCompanyLanguage } from "../../companies/queries.ts";
import { idempotent } from "../../db/client.ts";
import { type Databases, openDatabases } from "../../db/clients.ts";
import { mintTenant, type Tenant } from "../../db/leads/tenant.ts";
import { settingsOf } from "../../env.ts";
import { type Lease, newLease } from "../../jobs/lease.ts";
import type { ImportMessage } from "../../jobs/message.ts";
import { openFairSlice, openSlice, type Slice } from "../../jobs/slice.ts";
import { requestIndexing } from "../../leads/list/search/request-indexing.ts";
import { describeError, log } from "../../log.ts";
import { leadLimitOf } from "../../memberships/lead-limit.ts";
import { listStages } from "../../stages/queries.ts";
import { trySweepStore } from "../../webhooks/sending/request-sending.ts";
import { PlannedKeys } from "../dry-run/planned-keys.ts";
import { storeOfImportCode } from "../import-code.ts";
import type { ChunkLimits } from "../readers/records.ts";
import { postponeImport } from "../state/import-state.ts";
import { advanceImport, endImport } from "./advance-import.ts";
import { MAX_STALLED_MS, STALLED } from "./stalled.ts";
import { requestStep } from "./start-import.ts";
import { countWaiting } from "./waiting.ts";

/** Seconds until a message is tried again that did not get as far as its import, doubled with each try. */
const FIRST_RETRY_SECONDS = 2;
const LONGEST_RETRY_SECONDS = 300;

interface ConsumerOptions {
  limits?: ChunkLimits;
  newSlice?: (databases: Databases) => Slice;
  leaseMs?: number;
  now?: () => number;
}

/**
 * Consumes messages of the import queue: each import is worked on for one slice; one that has not ended by then goes
 * on with a message of its own, one that has is indexed, and the company's next one has its turn. A message whose
 * import has ended, waits its turn or is being worked on is done.
 *
 * Trouble with the platform is tried again later, with another message, so that it costs no attempt; a bad file never.
 */
export async function consumeImports(
  batch: MessageBatch<ImportMessage>,
  env: Env,
  options: ConsumerOptions = {},
): Promise<void> {
  for (const message of batch.messages) await consume(message, env, options);
}

async function consume(
  message: Message<ImportMessage>,
  env: Env,
  {
    limits,
    newSlice = (databases) => openFairSlice(databases.budget, () => countWaiting(databases, Date.now())),
    leaseMs = settingsOf(env).stalledAfter,
    now = Date.now,
  }: ConsumerOptions,
): Promise<void> {
  const { import_code: importCode } = message.body;
  const databases = openDatabases(env, { for: "job" });
  const tenant = tenantOf(databases, importCode);
  if (!tenant) return message.ack();
  const lease = newLease(leaseMs);
  try {
    const { directory } = databases;
    const ports = {
      tenant,
      files: env.FILES,
      lease,
      stages: () => listStages(directory),
      leadLimitOf: (companyId: number) => leadLimitOf(directory, companyId),
      languageOf: (companyId: number) => findCompanyLanguage(directory, companyId),
      planKeys: (code: string) => new PlannedKeys(settingsOf(env).linkKey, code),
      now,
      ...(limits && { limits }),
    };
    const { ended, next } = await advanceImport(ports, importCode, newSlice(databases));
    for (const code of next) await requestStep(env, code);
    if (ended) await requestIndexing(env, tenant, now());
    message.ack();
    if (!ended) return;
    await tryCarryAuditEvents(env, databases, tenant.store);
    await trySweepStore(env, tenant, now());
  } catch (error) {
    const { attempts: attempt } = message;
    log("error", "import.step_failed", { import_code: importCode, attempt, ...describeError(error) });
    await postpone(message, env, tenant, lease, now());
  }
}

/** Where the database cannot record it either, the queue tries again; and after that, the sweeper. */
async function postpone(
  message: Message<ImportMessage>,
  env: Env,
  tenant: Tenant,
  lease: Lease,
  now: number,
): Promise<void> {
  const { import_code: importCode } = message.body;
  try {
    const postponed = await postponeImport(tenant, importCode, lease, now);
    if (postponed) {
      if (postponed.age >= MAX_STALLED_MS) await failStalledImport(env, tenant, importCode, lease, now);
      else await requestStep(env, importCode, postponed.delaySeconds);
      return message.ack();
    }
  } catch (error) {
    log("error", "import.not_postponed", { import_code: importCode, ...describeError(error) });
  }
  const delaySeconds = Math.min(FIRST_RETRY_SECONDS * 2 ** (message.attempts - 1), LONGEST_RETRY_SECONDS);
  message.retry({ delaySeconds });
}

/** Ends an import as failed, so that nothing is processing for ever. Where that fails, the sweeper does it. */
async function failStalledImport(env: Env, tenant: Tenant, importCode: string, lease: Lease, now: number) {
  const ports = { tenant, files: env.FILES, lease, now: () => now };
  const { next } = await endImport(ports, importCode, STALLED, openSlice());
  for (const code of next) await requestStep(env, code);
}

/**
 * The consumer acts for the system: in the store that the code names it sees the import of any company. All that it
 * writes may be written twice: see src/imports/state/import-state.ts and src/imports/pipeline/chunk/write-chunk.ts.
 */
function tenantOf(databases: Databases, importCode: string): Tenant | null {
  const store = storeOfImportCode(importCode);
  if (store === null || store >= databases.stores) return null;
  return mintTenant(store, idempotent(databases.leads(store)), "all");
}
