import { eq, sql } from "drizzle-orm";
import { queryBuilder } from "../db/clients.ts";
import { compileOnce } from "../db/compiled.ts";
import { companies, companyAncestors, userAccesses, users } from "../db/directory/schema.ts";

export type Role = "owner" | "manager" | "agent" | "viewer";

/** The roles by access id: a smaller id may more. */
const ROLES = ["owner", "manager", "agent", "viewer"] as const satisfies Role[];

/** What a user may do in one company, come by an access to it or to one of its ancestors. */
export interface Grant {
  companyId: number;
  companyName: string;
  store: number;
  /** 1 owner, 2 manager, 3 agent, 4 viewer; the strongest of several. */
  accessId: number;
}

/** Who makes a request. */
export interface Actor {
  userId: number;
  fullName: string;
  email: string;
  /** Runs the installation: sees every company. */
  operator: boolean;
  grants: ReadonlyMap<number, Grant>;
}

/** Whether an access is at least that of a role. */
export function atLeast(accessId: number, role: Role): boolean {
  return accessId <= ROLES.indexOf(role) + 1;
}

type GrantRow = [companyId: number, companyName: string, store: number, accessId: number];

const selection = {
  email: users.email,
  firstName: users.firstName,
  lastName: users.lastName,
  status: users.status,
  operator: users.operator,
  tokenVersion: users.tokenVersion,
  grants: sql<string>`(
    SELECT json_group_array(json_array(id, name, store, access)) FROM (
      SELECT c.id, c.name, c.lead_store AS store, min(ua.access_id) AS access
      FROM ${userAccesses} ua
      JOIN ${companyAncestors} ca ON ca.ancestor_id = ua.company_id
      JOIN ${companies} c ON c.id = ca.company_id
      WHERE ua.user_id = "users"."id"
      GROUP BY c.id
    ))`.as("grants"),
};

/**
 * Reads who a user is and what they may do, in one query: an access that was taken away, a disabled user and a
 * raised token version count from the next request on.
 *
 * @returns `null` for a user who may not act (any more).
 */
export async function loadActor(
  directory: D1Database,
  userId: number,
  tokenVersion: number,
): Promise<Actor | null> {
  const query = compileOnce("actor", selection, () =>
    queryBuilder
      .select(selection)
      .from(users)
      .where(eq(users.id, sql.placeholder("userId"))),
  );
  const [found] = (await query.bind(directory, { userId }).all()).results;
  const user = found && query.row(found);
  if (user?.status !== "active" || user.tokenVersion !== tokenVersion) return null;
  const rows = JSON.parse(user.grants) as GrantRow[];
  return {
    userId,
    fullName: `${user.firstName} ${user.lastName}`.trim(),
    email: user.email,
    operator: user.operator,
    grants: new Map(
      rows.map(([companyId, companyName, store, accessId]) => [
        companyId,
        { companyId, companyName, store, accessId },
      ]),
    ),
  };
}
