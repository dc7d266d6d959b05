import { AppError } from "../../errors.ts";
import { openGate } from "../../gate.ts";
import { nameOf } from "../../http/lists/conditions.ts";
import type { LeadsRequest } from "./list-schemas.ts";

/**
 * Filters that no index helps with go through a company's leads, a second and more of a database that does one thing
 * at a time. So an isolate lets one such query of a company run at a time; others wait a while, then come back later.
 */

/** Filters by which an index leads to few leads. */
const INDEXED = new Set([
  ...["id_eq", "id_in", "email_eq", "email_in", "tags_eq", "tags_in", "stage_eq", "stage_in"],
  ...[
    "campaign_id_eq",
    "campaign_id_in",
    "assigned_to_eq",
    "assigned_to_in",
    "import_code_eq",
    "file_sha256_eq",
  ],
  ...["duplicate_of_eq", "created_at_gt", "created_at_gteq", "created_at_lt", "created_at_lteq"],
]);

/** Whether a request goes through all leads of a company. @param assignee whose leads are seen, `null` for all. */
export function isScan(
  { filters, named, match }: Pick<LeadsRequest, "filters" | "named" | "match">,
  assignee: number | null,
): boolean {
  if (match !== undefined || assignee !== null || filters.length + named.length === 0) return false;
  return !filters.some((filter) => INDEXED.has(nameOf(filter)));
}

/** D1 ends a query after so long. */
const LONGEST_QUERY_MS = 30_000;
const RETRY_AFTER_SECONDS = 2;

const scans = openGate<number>({ space: 1, longestMs: LONGEST_QUERY_MS, refuse: tooManyScans });

/** How long a request waits for its turn, and the page of an export, in milliseconds. */
export const REQUEST_PATIENCE_MS = 3_000;
export const EXPORT_PATIENCE_MS = 60_000;

/**
 * Runs a query that goes through all leads of a company, once no other of this isolate does.
 *
 * @param patience how long to wait for that, in milliseconds.
 * @throws 429 with `Retry-After` where the others take longer.
 */
export function runScan<T>(
  companyId: number,
  run: () => Promise<T>,
  patience = REQUEST_PATIENCE_MS,
): Promise<T> {
  return scans.run(companyId, 1, run, patience);
}

function tooManyScans(): AppError {
  const detail =
    "Another query with filters that no index helps with is running for this company. Try again in " +
    `${RETRY_AFTER_SECONDS} seconds, or add a filter by stage, campaign, assignee, time, tag or import.`;
  return new AppError("too_many_requests", detail, {
    headers: { "Retry-After": String(RETRY_AFTER_SECONDS) },
  });
}
