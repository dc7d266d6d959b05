import { API_KEY_IDS } from "../../auth/api-keys/ids.ts";
import { idempotent } from "../../db/client.ts";
import type { Databases } from "../../db/clients.ts";
import { eachStore } from "../../db/each-store.ts";
import type { Call } from "../../http/request/call.ts";
import type { ScheduledRun } from "../../jobs/scheduled-run.ts";
import { describeError, log } from "../../log.ts";
import { deliver } from "../../mail/outbox.ts";
import { MAILS_OF } from "./mails.ts";

const AT_ONCE = 200;

/** What an event has on both sides. */
const COLUMNS = [
  ...["source_id", "company_id", "actor_id", "action", "object_type", "object_id"],
  ...["details", "ip", "user_agent", "request_id", "created_at"],
];

/** The oldest first: in the trail they keep the order in which they happened. */
const WAITING = `SELECT id, ${COLUMNS.join(", ")} FROM audit_outbox WHERE id > 0 ORDER BY id LIMIT ${AT_ONCE}`;

/** The trail has a column for users and one for API keys, the outbox one for both. */
const ACTORS = {
  actor_id: `iif(value->>'actor_id' > ${API_KEY_IDS}, NULL, value->>'actor_id')`,
  actor_key_id: `iif(value->>'actor_id' > ${API_KEY_IDS}, value->>'actor_id', NULL)`,
};
const ARRIVING: Record<string, string> = {
  ...Object.fromEntries(COLUMNS.map((column) => [column, `value->>'${column}'`])),
  ...ACTORS,
};

/** An event that is there already was carried before, by somebody who did not get as far as its deletion. */
const ARRIVE = `
  INSERT INTO audit_events (${Object.keys(ARRIVING).join(", ")})
  SELECT ${Object.values(ARRIVING).join(", ")}
  FROM json_each(?) WHERE 1 ORDER BY key
  ON CONFLICT (source_id) WHERE source_id IS NOT NULL DO NOTHING`;

const DEPART = "DELETE FROM audit_outbox WHERE id IN (SELECT value FROM json_each(?))";

/**
 * Carries the audit events of a lead store into the directory's trail. However often and by however many at once it
 * is done, each event arrives once, and with it the mail that it causes; one stays in the outbox until it has arrived.
 */
export async function carryAuditEvents(env: Env, databases: Databases, store: number): Promise<void> {
  const leads = idempotent(databases.leads(store));
  const directory = idempotent(databases.directoryClient);
  for (;;) {
    const { results } = await leads.prepare(WAITING).all<{ id: number; action: string }>();
    if (results.length === 0) return;
    const events = JSON.stringify(results);
    const arrive = directory.prepare(ARRIVE).bind(events);
    const actions = new Set(results.map(({ action }) => action));
    const mails = [...actions].flatMap((action) => MAILS_OF[action] ?? []);
    const writes = mails.map((statement) => directory.prepare(statement).bind(events));
    const answers = await directory.batch<{ id: number }>([...writes, arrive]);
    // Events arrive without a word: the rows are those of the mails.
    const mailIds = answers.flatMap((answer) => answer.results.map(({ id }) => id));
    await leads
      .prepare(DEPART)
      .bind(JSON.stringify(results.map(({ id }) => id)))
      .run();
    await deliver(env, mailIds);
    if (results.length < AT_ONCE) return;
  }
}

/** The same, where trouble is left to the sweeper. */
export async function tryCarryAuditEvents(env: Env, databases: Databases, store: number): Promise<void> {
  try {
    await carryAuditEvents(env, databases, store);
  } catch (error) {
    log("error", "audit.not_carried", { store, ...describeError(error) });
  }
}

/** Carries what a request has just written, once it is answered. */
export function carryAfterAnswer(call: Call, store: number): void {
  call.waitUntil(tryCarryAuditEvents(call.env, call.databases, store));
}

/** Carries what is left in the outboxes, of requests and jobs that broke off. */
export async function sweepAuditOutbox({ env, databases }: ScheduledRun): Promise<void> {
  await eachStore(databases, "audit.not_carried", (_, store) => carryAuditEvents(env, databases, store));
}
