import { idempotent } from "../../db/client.ts";
import type { Databases } from "../../db/clients.ts";
import { eachStore } from "../../db/each-store.ts";
import type { Call } from "../../http/call.ts";
import type { ScheduledRun } from "../../jobs/scheduled-run.ts";
import { describeError, log } from "../../log.ts";

const AT_ONCE = 200;

/** What an event has on both sides. */
const COLUMNS = [
  ...["source_id", "company_id", "actor_id", "action", "object_type", "object_id"],
  ...["details", "ip", "user_agent", "request_id", "created_at"],
];

/** The oldest first: in the trail they keep the order in which they happened. */
const WAITING = `SELECT id, ${COLUMNS.join(", ")} FROM audit_outbox WHERE id > 0 ORDER BY id LIMIT ${AT_ONCE}`;

/** An event that is there already was carried before, by somebody who did not get as far as its deletion. */
const ARRIVE = `
  INSERT INTO audit_events (${COLUMNS.join(", ")})
  SELECT ${COLUMNS.map((column) => `value->>'${column}'`).join(", ")}
  FROM json_each(?) WHERE 1 ORDER BY key
  ON CONFLICT (source_id) WHERE source_id IS NOT NULL DO NOTHING`;

const DEPART = "DELETE FROM audit_outbox WHERE id IN (SELECT value FROM json_each(?))";

/**
 * Carries the audit events of a lead store into the directory's trail. However often and by however many at once it
 * is done, each event arrives once; one stays in the outbox until it has arrived.
 */
export async function carryAuditEvents(databases: Databases, store: number): Promise<void> {
  const leads = idempotent(databases.leads(store));
  const directory = idempotent(databases.directoryClient);
  for (;;) {
    const { results } = await leads.prepare(WAITING).all<{ id: number }>();
    if (results.length === 0) return;
    await directory.prepare(ARRIVE).bind(JSON.stringify(results)).run();
    await leads
      .prepare(DEPART)
      .bind(JSON.stringify(results.map(({ id }) => id)))
      .run();
    if (results.length < AT_ONCE) return;
  }
}

/** The same, where trouble is left to the sweeper. */
export async function tryCarryAuditEvents(databases: Databases, store: number): Promise<void> {
  try {
    await carryAuditEvents(databases, store);
  } catch (error) {
    log("error", "audit.not_carried", { store, ...describeError(error) });
  }
}

/** Carries what a request has just written, once it is answered. */
export function carryAfterAnswer(call: Call, store: number): void {
  call.waitUntil(tryCarryAuditEvents(call.databases, store));
}

/** Carries what is left in the outboxes, of requests and jobs that broke off. */
export async function sweepAuditOutbox({ databases }: ScheduledRun): Promise<void> {
  await eachStore(databases, "audit.not_carried", (_, store) => carryAuditEvents(databases, store));
}
