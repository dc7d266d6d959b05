import { type SQL, sql } from "drizzle-orm";
import { STATUS, type StatusName } from "./status.ts";

/** What people ask of an import once it is there. */
export type Transition = keyof typeof STATES;

/** The states in which each can be asked for. */
const STATES = {
  commit: ["validated"],
  cancel: ["pending", "processing"],
  retry: ["failed", "cancelled"],
  undo: ["completed", "completed_with_errors", "failed", "cancelled"],
} as const satisfies Record<string, readonly StatusName[]>;

/** True of imports that nobody has begun to take back: while that lasts their state stays what it was. */
const NOT_UNDONE = sql.raw("NOT EXISTS (SELECT 1 FROM import_undos u WHERE u.import_id = imports.id)");

/** A dry run has nothing to be taken back, however it ended. */
const WRITES_LEADS = sql.raw("NOT imports.dry_run");

/** Whether an import of this state can be changed so; for a refusal that says why not. */
export function isOpenTo(transition: Transition, status: number): boolean {
  return STATES[transition].some((name) => STATUS[name] === status);
}

/**
 * The same as a condition on a row of `imports`, for the statement that makes the change: of several who ask for
 * different ones at once, one gets it. Its states are literals, so that SQLite uses the partial indexes.
 */
export function mayBe(transition: Transition): SQL {
  const states = sql.raw(`imports.status IN (${STATES[transition].map((name) => STATUS[name]).join(", ")})`);
  return sql`(${states} AND ${NOT_UNDONE} AND ${transition === "undo" ? WRITES_LEADS : sql`1`})`;
}
