import { type Databases, openDatabases } from "../db/clients.ts";
import { mintTenant, type Tenant } from "../db/leads/tenant.ts";
import { leadLimitOf } from "../features/memberships/lead-limit.ts";
import { listStages } from "../features/stages/queries.ts";
import { describeError, log } from "../log.ts";
import { requestIndexing } from "../search/request-indexing.ts";
import { advanceImport, endImport } from "./advance-import.ts";
import { FileProblem } from "./file-problem.ts";
import { storeOfImportCode } from "./import-code.ts";
import { fail, loadImport } from "./import-state.ts";
import type { ChunkLimits } from "./reading/records.ts";
import { openSlice, type Slice } from "./slice.ts";
import { type ImportMessage, requestStep } from "./start-import.ts";

/** Seconds until a message is tried again, doubled with each try. */
const FIRST_RETRY_SECONDS = 2;
const LONGEST_RETRY_SECONDS = 300;

interface ConsumerOptions {
  limits?: ChunkLimits;
  newSlice?: () => Slice;
}

/**
 * Takes messages of the import queue: each is worked on for one slice; an import that has not ended by then goes
 * on with a message of its own, one that has is indexed. Trouble with the platform is retried, a bad file never.
 */
export async function consumeImports(
  batch: MessageBatch<ImportMessage>,
  env: Env,
  { limits, newSlice = openSlice }: ConsumerOptions = {},
): Promise<void> {
  for (const message of batch.messages) {
    const { import_code: importCode } = message.body;
    try {
      const databases = openDatabases(env, { for: "job" });
      const tenant = tenantOf(databases, importCode);
      if (tenant) {
        const { directory } = databases;
        const ports = {
          tenant,
          files: env.FILES,
          stages: await listStages(directory),
          leadLimitOf: (companyId: number) => leadLimitOf(directory, companyId),
          now: Date.now,
          ...(limits && { limits }),
        };
        const ended = await advanceImport(ports, importCode, newSlice());
        await (ended ? requestIndexing(env, tenant.store) : requestStep(env, importCode));
      }
      message.ack();
    } catch (error) {
      log("error", "import.step_failed", {
        import_code: importCode,
        attempt: message.attempts,
        ...describeError(error),
      });
      const delaySeconds = Math.min(FIRST_RETRY_SECONDS * 2 ** (message.attempts - 1), LONGEST_RETRY_SECONDS);
      message.retry({ delaySeconds });
    }
  }
}

/**
 * Takes messages that were given up: their imports end as failed, so that nothing is processing for ever. Where
 * even the error file cannot be written, they end without it.
 */
export async function consumeDeadImports(batch: MessageBatch<ImportMessage>, env: Env): Promise<void> {
  for (const message of batch.messages) {
    const { import_code: importCode } = message.body;
    try {
      const tenant = tenantOf(openDatabases(env, { for: "job" }), importCode);
      const ended =
        !tenant || (await giveUp({ tenant, files: env.FILES, now: Date.now }, importCode, message));
      if (ended) message.ack();
      else message.retry();
    } catch (error) {
      log("error", "import.not_given_up", { import_code: importCode, ...describeError(error) });
      message.retry();
    }
  }
}

const TRIES_WITH_ERROR_FILE = 5;

async function giveUp(
  ports: Parameters<typeof endImport>[0],
  importCode: string,
  { attempts }: Message<ImportMessage>,
): Promise<boolean> {
  if (attempts <= TRIES_WITH_ERROR_FILE) return endImport(ports, importCode, GIVEN_UP, openSlice());
  const state = await loadImport(ports.tenant, importCode);
  if (state)
    await fail(ports.tenant, state.id, { code: GIVEN_UP.code, detail: GIVEN_UP.message }, null, ports.now());
  return true;
}

const GIVEN_UP = new FileProblem(
  "processing_failed",
  "The import met trouble on our side again and again and was stopped. The records counted here are in; send " +
    "the file again to import the rest: those that are in will be counted as duplicates.",
);

/** The consumer acts for the system: in the store that the code names it sees the import of any company. */
function tenantOf(databases: Databases, importCode: string): Tenant | null {
  const store = storeOfImportCode(importCode);
  return store !== null && store < databases.stores ? mintTenant(store, databases.leads(store), "all") : null;
}
