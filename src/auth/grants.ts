import { type SQL, sql } from "drizzle-orm";
import { queryBuilder } from "../db/clients.ts";
import { companies, companyAncestors, userAccesses } from "../db/directory/schema.ts";

/** What a user may do in one company, by an access to it or to one of its ancestors. */
export interface Grant {
  companyId: number;
  companyName: string;
  store: number;
  /** The company's time zone. */
  timezone: string;
  /** 1 owner, 2 manager, 3 agent, 4 viewer; the strongest of several. */
  accessId: number;
}

/** A grant as {@link grantsAsJson} lists it. */
export type GrantRow = [
  companyId: number,
  companyName: string,
  store: number,
  accessId: number,
  timezone: string,
];

/** Whose grants they are: a user's, by their id, or those of an API key, which has one access. */
export type GrantHolder = number | { companyId: number; accessId: number };

/**
 * The grants of a caller in those companies that a request is about. They are looked up company by company, through
 * its ancestors, so that a request costs as much for an agency with thousands of companies as for anybody.
 */
export class Grants {
  readonly #directory: D1Database;
  readonly #holder: GrantHolder;
  readonly #known = new Map<number, Grant | null>();

  constructor(directory: D1Database, holder: GrantHolder) {
    this.#directory = directory;
    this.#holder = holder;
  }

  /**
   * Looks companies up, in one query for all that are not known yet.
   *
   * @throws where the directory cannot be asked: a company that was not looked up is never taken for a visible one.
   */
  async lookUp(companyIds: readonly number[]): Promise<void> {
    const unknown = [...new Set(companyIds)].filter((id) => !this.#known.has(id));
    if (unknown.length === 0) return;
    const holder = this.#holder;
    const asked = JSON.stringify(unknown);
    lookUps ??= writeLookUps();
    const statement =
      typeof holder === "number"
        ? this.#directory.prepare(lookUps.ofUser).bind(asked, holder)
        : this.#directory.prepare(lookUps.ofKey).bind(holder.accessId, asked, holder.companyId);
    const [row] = (await statement.all<{ grants: string }>()).results;
    this.add(unknown, JSON.parse(row?.grants ?? "[]") as GrantRow[]);
  }

  /** Takes in what another query has looked up. @param asked the companies that it was about. */
  add(asked: readonly number[], rows: readonly GrantRow[]): void {
    for (const id of asked) this.#known.set(id, null);
    for (const [companyId, companyName, store, accessId, timezone] of rows) {
      this.#known.set(companyId, { companyId, companyName, store, accessId, timezone });
    }
  }

  /** The grant in a company. @returns `undefined` where there is none. @throws where it was not looked up. */
  get(companyId: number): Grant | undefined {
    const grant = this.#known.get(companyId);
    if (grant === undefined) throw new Error(`the grant in company ${companyId} was not looked up`);
    return grant ?? undefined;
  }

  /** Whether there is a grant in a company. @throws where it was not looked up. */
  has(companyId: number): boolean {
    return this.get(companyId) !== undefined;
  }

  /** The name of a company that was looked up and found. */
  nameOf(companyId: number): string | undefined {
    return this.#known.get(companyId)?.companyName;
  }
}

let lookUps: ReturnType<typeof writeLookUps> | undefined;

/** The texts of both lookups; values are bound in the order in which they stand there. */
function writeLookUps() {
  const companyIds = sql.placeholder("companyIds");
  const held = { companyId: sql.placeholder("companyId"), accessId: sql.placeholder("accessId") };
  const textOf = (grants: SQL) => queryBuilder.all(sql`SELECT (${grants}) AS grants`).getQuery().sql;
  return {
    ofUser: textOf(grantsAsJson(companyIds, sql.placeholder("userId"))),
    ofKey: textOf(keyGrantsAsJson(companyIds, held)),
  };
}

/**
 * A query for the grants of a user in some companies, as one JSON array of {@link GrantRow}.
 *
 * @param companyIds an expression for a JSON array of ids.
 * @param userId an expression for the user's id.
 */
export function grantsAsJson(companyIds: unknown, userId: unknown) {
  return sql`
    SELECT json_group_array(json_array(id, name, store, access, timezone)) FROM (
      SELECT c.id, c.name, c.lead_store AS store, min(ua.access_id) AS access, c.timezone
      FROM json_each(${companyIds}) asked
      CROSS JOIN ${companyAncestors} ca ON ca.company_id = asked.value
      CROSS JOIN ${userAccesses} ua ON ua.user_id = ${userId} AND ua.company_id = ca.ancestor_id
        AND ua.suspended_at IS NULL
      CROSS JOIN ${companies} c ON c.id = ca.company_id
      GROUP BY c.id)`;
}

/**
 * The same of an API key, which has one access: it reaches the companies below its own.
 *
 * @param companyIds an expression for a JSON array of ids.
 * @param held expressions for the key's company and for its access there.
 */
export function keyGrantsAsJson(companyIds: unknown, { companyId, accessId }: KeyAccess) {
  return sql`
    SELECT json_group_array(json_array(c.id, c.name, c.lead_store, ${accessId}, c.timezone))
    FROM json_each(${companyIds}) asked
    CROSS JOIN ${companyAncestors} ca ON ca.company_id = asked.value AND ca.ancestor_id = ${companyId}
    CROSS JOIN ${companies} c ON c.id = ca.company_id`;
}

interface KeyAccess {
  companyId: unknown;
  accessId: unknown;
}
