import { type SQL, sql } from "drizzle-orm";
import type { ActorIdentity } from "../auth/actor.ts";
import { authorOf } from "../auth/api-keys/ids.ts";
import type { LeadsDb } from "../db/clients.ts";
import { events } from "../db/leads/schema.ts";
import type { StoredType } from "./event-types.ts";

/** Who changes something, and whether they do it for the platform: then nobody in the company learns who. */
export type EventActor = ActorIdentity & { operator?: boolean };

/** A change of one lead, or of several at once, in the name of a company. */
export interface NewEvent {
  type: StoredType;
  companyId: number | SQL;
  /** The lead or the import; the first one of several. */
  objectId: number | SQL;
  /** Ids and names of columns, never what a person is called or wrote; an expression gives JSON. */
  details?: object | SQL;
}

/** The condition of an event that tells of the statement right before it: where that changed anything. */
const WHERE_CHANGED = sql`WHERE changes() > 0`;

/**
 * A statement that records an event, for the batch that makes the change: there is none without the other, and the
 * order of events is that of the transactions.
 *
 * @param now milliseconds since 1970.
 * @param rows a query from its `FROM` or `WHERE` on, of one row where the change is made, and of none where it is not.
 * With several rows each has to be of another company.
 */
export function recordEvent(
  db: LeadsDb,
  actor: EventActor,
  { type, companyId, objectId, details = {} }: NewEvent,
  now: number,
  rows: SQL = WHERE_CHANGED,
) {
  const { kind, id } = identityOf(actor);
  const json = "queryChunks" in details ? (details as SQL) : sql`${JSON.stringify(details)}`;
  return db.insert(events).select(sql`
    SELECT ${companyId}, ${nextEventId(companyId)}, ${type}, ${objectId}, ${kind}, ${id}, ${json}, ${now} ${rows}`);
}

/** The id of a company's next event, as SQL: D1 writes one transaction after another. */
function nextEventId(companyId: number | SQL): SQL {
  return sql`(SELECT coalesce(max(e.id), 0) + 1 FROM events e WHERE e.company_id = ${companyId})`;
}

function identityOf(actor: EventActor): {
  kind: (typeof events.$inferInsert)["actorKind"];
  id: number | null;
} {
  if (actor.operator) return { kind: "operator", id: null };
  switch (actor.kind) {
    case "user":
      return { kind: "user", id: actor.userId };
    case "api_key":
      return { kind: "api_key", id: actor.keyId };
    case "link":
      return identityOf(authorOf(actor.holderId));
    case "system":
      return { kind: "system", id: null };
  }
}
