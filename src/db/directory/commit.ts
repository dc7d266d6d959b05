import { type SQL, sql } from "drizzle-orm";
import type { BatchItem, BatchResponse } from "drizzle-orm/batch";
import { AppError, notFound } from "../../errors.ts";
import type { DirectoryDb } from "../clients.ts";
import { refusals } from "./schema.ts";

/**
 * What a transaction on the directory can be refused with, by a trigger or by {@link refuseUnless}. A trigger may
 * say a figure after the name.
 */
const REFUSALS = {
  not_found: notFound().message,
  forbidden: "You can neither grant an access above your own nor remove one that you could not grant.",
  access_exists: "Change it with PUT instead.",
  email_taken: "It has an account already.",
  invalid_credentials: "Check both and try again, or reset the password.",
  last_owner: "The company needs an owner: make another user its owner first.",
  too_many_requests: "Wait an hour, then try again.",
  invitation_ended: "It was accepted, taken back or replaced, or it has expired: ask for a new one.",
  invalid_token: "It was used or replaced, or it has expired: ask for a new mail.",
  wrong_password: "It was changed meanwhile: give the one that counts now.",
  no_membership: "There is nothing to cancel.",
  membership_limit:
    "users: all {figure} that the company's membership allows are there. Take all accesses of somebody away in the " +
    "companies that share it, or take a larger membership.",
  list_full: "The company has as many of these as it may: delete some first.",
  store_full:
    "Nothing was created. The database where its leads would be is nearly full: ask the operator of this installation " +
    "to add a lead store.",
  terms_not_approved: "Approve the text of GET /legal_terms/current first.",
  terms_not_current: "Show the user the text of GET /legal_terms/current and approve that.",
} as const;

export type Refusal = keyof typeof REFUSALS;

/** A statement of a batch, without which the batch does not happen. */
export type Statement = BatchItem<"sqlite">;

/**
 * A statement that lets its batch happen only where a condition holds at that point of the transaction: of two
 * that want the same thing at once, the second finds it gone.
 *
 * @param condition over the directory's tables.
 */
export function refuseUnless(db: DirectoryDb, condition: SQL, refusal: Refusal) {
  return db.insert(refusals).select(sql`SELECT ${refusal} WHERE NOT (${condition})`);
}

/**
 * Runs statements as one transaction: all of them, or none.
 *
 * @param conflicts the error for a unique index that is broken, by its columns as SQLite names them, such as
 * `users.email`; and for a refusal, where a field of the request is to be named.
 * @returns the result of each statement.
 * @throws AppError where a rule of the database refuses, by {@link REFUSALS} or by `conflicts`.
 */
export async function commit<T extends Readonly<[Statement, ...Statement[]]>>(
  db: DirectoryDb,
  statements: T,
  conflicts: Record<string, () => AppError> = {},
): Promise<BatchResponse<T>> {
  try {
    return await db.batch(statements);
  } catch (error) {
    const message = error instanceof Error ? error.message : "";
    const [, refusal, figure = ""] = /^D1_ERROR: (\w+)(?: (\d+))?: SQLITE_CONSTRAINT/.exec(message) ?? [];
    if (refusal !== undefined && refusal in REFUSALS) {
      const detail = REFUSALS[refusal as Refusal].replace("{figure}", figure);
      throw conflicts[refusal]?.() ?? new AppError(refusal as Refusal, detail);
    }
    const [, columns = ""] = /UNIQUE constraint failed: ([\w., ]+)/.exec(message) ?? [];
    throw conflicts[columns]?.() ?? error;
  }
}
