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

/** What the directory says of a user, and of a caller's grants in the user's companies. */
export interface ReadAccesses {
  /** `null` where there is no such user. */
  user: LoadedUser | null;
  grants: GrantRow[];
}

/**
 * Reads what decides who may do what to a user; in the same call the grants of a caller in the user's companies are
 * looked up.
 */
export async function readAccesses(
  directory: D1Database,
  userId: number,
  callerId: number,
): Promise<ReadAccesses> {
  const itsCompanies = sql`(
    SELECT json_group_array(company_id) FROM ${userAccesses} WHERE user_id = ${userId})`;
  const [userRows, grantRows] = await directory.batch<unknown>([
    prepared(
      directory,
      sql`
        SELECT u.email_confirmed_at, ua.company_id, ua.access_id, ua.suspended_at
        FROM ${users} u LEFT JOIN ${userAccesses} ua ON ua.user_id = u.id WHERE u.id = ${userId}`,
    ),
    prepared(directory, sql`SELECT (${grantsAsJson(itsCompanies, callerId)}) AS grants`),
  ]);
  const [grants] = (grantRows?.results ?? []) as { grants: string }[];
  return {
    user: readUser((userRows?.results ?? []) as UserRow[]),
    grants: JSON.parse(grants?.grants ?? "[]") as GrantRow[],
  };
}

function readUser(rows: UserRow[]): LoadedUser | null {
  const [user] = rows;
  if (!user) return null;
  const accesses = rows.flatMap(({ company_id: companyId, access_id: accessId, suspended_at: at }) =>
    companyId && accessId ? [{ companyId, accessId, suspended: at !== null }] : [],
  );
  return { accesses, proved: user.email_confirmed_at !== null };
}

/** Hands an actor the grants that were read with a user. @param read by {@link readAccesses}, for this actor. */
export function addGrants(actor: UserActor, { user, grants }: ReadAccesses): void {
  if (user)
    actor.grants.add(
      user.accesses.map(({ companyId }) => companyId),
      grants,
    );
}
