import { sql } from "drizzle-orm";
import { userAccesses, users } from "../db/directory/schema.ts";
import { prepared } from "../db/prepared.ts";
import type { HeldAccess, UserActor } from "./actor.ts";
import { type GrantRow, grantsAsJson } from "./grants.ts";

/** An access as it is kept: suspended, it counts for nothing. */
export interface StoredAccess extends HeldAccess {
  suspended: boolean;
}

/** What decides who may do what to a user. */
export interface LoadedUser {
  /** Their accesses, suspended ones too, in every company. */
  accesses: StoredAccess[];
  /** Whether the mailbox of their address has answered. */
  proved: boolean;
}

interface UserRow {
  email_confirmed_at: number | null;
  company_id: number | null;
  access_id: number | null;
  suspended_at: number | null;
}

/**
 * Reads what decides who may do what to a user; in the same call the grants of an actor in the user's companies are
 * looked up.
 *
 * @returns `null` where there is no such user.
 */
export async function loadAccesses(
  directory: D1Database,
  userId: number,
  actor: UserActor,
): Promise<LoadedUser | null> {
  const itsCompanies = sql`(
    SELECT json_group_array(company_id) FROM ${userAccesses} WHERE user_id = ${userId})`;
  const [userRows, grantRows] = await directory.batch<unknown>([
    prepared(
      directory,
      sql`
        SELECT u.email_confirmed_at, ua.company_id, ua.access_id, ua.suspended_at
        FROM ${users} u LEFT JOIN ${userAccesses} ua ON ua.user_id = u.id WHERE u.id = ${userId}`,
    ),
    prepared(directory, sql`SELECT (${grantsAsJson(itsCompanies, actor.userId)}) AS grants`),
  ]);
  const rows = (userRows?.results ?? []) as UserRow[];
  const [user] = rows;
  if (!user) return null;
  const accesses = rows.flatMap(({ company_id: companyId, access_id: accessId, suspended_at: at }) =>
    companyId && accessId ? [{ companyId, accessId, suspended: at !== null }] : [],
  );
  const [grants] = (grantRows?.results ?? []) as { grants: string }[];
  actor.grants.add(
    accesses.map(({ companyId }) => companyId),
    JSON.parse(grants?.grants ?? "[]") as GrantRow[],
  );
  return { accesses, proved: user.email_confirmed_at !== null };
}
