import { eq, sql } from "drizzle-orm";
import type { LeadsDb } from "../../db/clients.ts";
import { customFieldCounts, customFields } from "../../db/leads/schema.ts";
import { type AppError, fieldError } from "../../errors.ts";

/** How many custom fields a company may have: an export has a column for each. A trigger sees to it. */
export const MAX_COMPANY_FIELDS = 1000;

const DAY_MS = 24 * 60 * 60 * 1000;

/** For so long a name that no lead has stays: a lead that is being written may bring it again. In milliseconds. */
export const KEPT_UNUSED_MS = 2 * DAY_MS;

/**
 * A statement that registers the names of custom fields, for the batch that writes leads which have them. Where all
 * are registered, and were brought within the last day, it writes nothing.
 *
 * @param now milliseconds since 1970.
 */
export function registerFields(db: LeadsDb, companyId: number, names: readonly string[], now: number) {
  return db
    .insert(customFields)
    .select(sql`
      SELECT NULL, ${companyId}, value, NULL, NULL, NULL, 0, NULL, ${now} FROM json_each(${JSON.stringify(names)}) WHERE 1`)
    .onConflictDoUpdate({
      target: [customFields.companyId, customFields.name],
      set: { seenAt: now },
      setWhere: sql`${customFields.seenAt} < ${now - DAY_MS}`,
    });
}

/**
 * The same for a lead that is restored, or that others are merged into: what leads have they keep, whatever the limit.
 *
 * @param now milliseconds since 1970.
 */
export function registerFieldsAgain(db: LeadsDb, companyId: number, names: readonly string[], now: number) {
  return db
    .insert(customFields)
    .select(sql`
      SELECT NULL, ${companyId}, value, NULL, 1, NULL, 0, NULL, ${now} FROM json_each(${JSON.stringify(names)}) WHERE 1`)
    .onConflictDoUpdate({
      target: [customFields.companyId, customFields.name],
      set: { seenAt: now },
    });
}

const HOUR_MS = 60 * 60 * 1000;

/**
 * A statement that lets the fields of a company be counted again, at most once an hour.
 *
 * @param now milliseconds since 1970.
 */
export function countFieldsSoon(db: LeadsDb, companyId: number, now: number) {
  const { dueAt, finishedAt } = customFieldCounts;
  return db
    .update(customFieldCounts)
    .set({ dueAt: sql`min(${dueAt}, max(${now}, coalesce(${finishedAt} + ${HOUR_MS}, 0)))` })
    .where(eq(customFieldCounts.companyId, companyId));
}

/** Whether a batch failed because a company would have too many custom fields. */
export function isFieldLimitError(error: unknown): boolean {
  return error instanceof Error && error.message.includes("custom_fields_full");
}

/** The answer to a request that brings too many. */
export function tooManyFields(): AppError {
  const detail =
    `the company has ${MAX_COMPANY_FIELDS} different custom fields at the most, over all its leads; ` +
    "use the names of those that there are";
  return fieldError("invalid_body", "custom_fields", "too_many", detail);
}
