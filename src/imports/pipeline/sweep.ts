import { idempotent } from "../../db/client.ts";
import { openLeads } from "../../db/clients.ts";
import { eachStore } from "../../db/each-store.ts";
import { settingsOf } from "../../env.ts";
import type { ScheduledRun } from "../../jobs/scheduled-run.ts";
import { log } from "../../log.ts";
import { failImport } from "../state/import-end.ts";
import { STATUS } from "../state/status.ts";
import { MAX_STALLED_MS, STALLED } from "./stalled.ts";
import { requestStep } from "./start-import.ts";

/** How many imports of a store are swept each minute. */
const AT_ONCE = 100;

/**
 * Finds imports that stopped moving and sends their message again: one that was never sent, or was lost, or whose
 * consumer is gone. What has a live lease or a recent message is left alone, and what waits for an earlier import of
 * its company is not even looked at. The longer an import has not moved, the longer it takes until the next message.
 */
export async function sweepImports({ env, databases, now }: ScheduledRun): Promise<void> {
  await eachStore(databases, "imports.not_swept", async (client) => {
    await sweepStore(env, idempotent(client), now);
  });
}

interface StalledImport {
  id: number;
  companyId: number;
  importCode: string;
  /** For how long it had not moved at the last try, in milliseconds. */
  age: number;
}

async function sweepStore(env: Env, client: D1Database, now: number): Promise<void> {
  const stalled = await findStalled(client, now, settingsOf(env).stalledAfter);
  const codes: string[] = [];
  const again: StalledImport[] = [];
  for (const one of stalled) {
    if (one.age < MAX_STALLED_MS) again.push(one);
    // Its consumers fail before they can end it.
    else codes.push(...(await failImport({ db: openLeads(client) }, one, STALLED, null, now)));
  }
  if (again.length > 0) {
    const ids = JSON.stringify(again.map(({ id }) => id));
    const update = "UPDATE imports SET queued_at = ?1 WHERE id IN (SELECT value FROM json_each(?2))";
    await client.prepare(update).bind(now, ids).run();
    codes.push(...again.map(({ importCode }) => importCode));
  }
  for (const code of codes) {
    await requestStep(env, code);
    log("info", "import.swept", { import_code: code });
  }
}

/** The longest wait between two messages for one import. */
const LONGEST_WAIT_MS = 60 * 60_000;

const UNFINISHED = `status IN (${STATUS.pending}, ${STATUS.processing})`;

/** Reads one row for each company that has an unfinished import: the first one. */
async function findStalled(database: D1Database, now: number, stalledAfter: number) {
  const { results } = await database
    .prepare(
      `WITH RECURSIVE companies(id) AS (
         SELECT min(company_id) FROM imports WHERE ${UNFINISHED}
         UNION ALL
         SELECT (SELECT min(i.company_id) FROM imports i WHERE i.company_id > companies.id AND i.${UNFINISHED})
         FROM companies WHERE companies.id IS NOT NULL)
       SELECT i.id, i.company_id AS companyId, i.import_code AS importCode,
         max(coalesce(i.leased_until, 0), coalesce(i.queued_at, 0)) - i.moved_at AS age
       FROM companies CROSS JOIN imports i
         ON i.id = (SELECT min(f.id) FROM imports f WHERE f.company_id = companies.id AND f.${UNFINISHED})
       WHERE coalesce(i.leased_until + max(0, min(${LONGEST_WAIT_MS}, i.leased_until - ?2 - i.moved_at)), 0) <= ?1
         AND coalesce(i.queued_at + max(?2, min(${LONGEST_WAIT_MS}, i.queued_at - i.moved_at)), 0) <= ?1
         AND (i.queued_at IS NOT NULL OR i.leased_until IS NOT NULL OR i.moved_at + ?2 <= ?1)
       ORDER BY i.moved_at LIMIT ${AT_ONCE}`,
    )
    .bind(now, stalledAfter)
    .all<StalledImport>();
  return results;
}
