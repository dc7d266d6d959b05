import { eq, sql } from "drizzle-orm";
import { queryBuilder } from "../../db/clients.ts";
import { compileOnce } from "../../db/compiled.ts";
import { apiKeys, companies, companyAncestors, companyCounts } from "../../db/directory/schema.ts";
import type { ApiKeyActor } from "../actor.ts";
import { type GrantRow, Grants } from "../grants.ts";
import type { ActorRow } from "../kept-actors.ts";

/** Its own company is looked up with the others that a request is about. */
const grants = sql<string>`(
  SELECT json_group_array(json_array(c.id, c.name, c.lead_store, "api_keys"."access_id"))
  FROM json_each(json_insert(${sql.placeholder("companyIds")}, '$[#]', "api_keys"."company_id")) asked
  CROSS JOIN ${companyAncestors} ca
    ON ca.company_id = asked.value AND ca.ancestor_id = "api_keys"."company_id"
  CROSS JOIN ${companies} c ON c.id = ca.company_id)`;

const selection = {
  id: apiKeys.id,
  name: apiKeys.name,
  companyId: apiKeys.companyId,
  accessId: apiKeys.accessId,
  scopes: apiKeys.scopes,
  createdBy: apiKeys.createdBy,
  expiresAt: apiKeys.expiresAt,
  endedAt: apiKeys.endedAt,
  store: sql<number>`(SELECT c.lead_store FROM ${companies} c WHERE c.id = "api_keys"."company_id")`.as(
    "store",
  ),
  companies: sql<number>`(
    SELECT n.companies FROM ${companyCounts} n WHERE n.company_id = "api_keys"."company_id")`.as("companies"),
  grants: grants.as("grants"),
};

/** What the directory is asked about the caller who sent a key. */
export interface KeyQuestion {
  secretHash: string;
  /** The companies that the request is about, as far as they are known this early. */
  companyIds: readonly number[];
}

/** Asks the directory about a key, in one query. @returns `undefined` where there is no such key. */
export async function askForKey(
  directory: D1Database,
  { secretHash, companyIds }: KeyQuestion,
): Promise<ActorRow | undefined> {
  const values = { secretHash, companyIds: JSON.stringify(companyIds) };
  const { results } = await keyQuery().bind(directory, values).all<Record<string, unknown>>();
  return results[0];
}

function keyQuery() {
  return compileOnce("api key", selection, () =>
    queryBuilder
      .select(selection)
      .from(apiKeys)
      .where(eq(apiKeys.secretHash, sql.placeholder("secretHash"))),
  );
}

/**
 * Reads what the directory said about a key.
 *
 * @param directory looks up other companies, where the request turns out to be about these.
 * @param now milliseconds since 1970.
 * @returns `null` for a key that has ended or has expired, or that never was.
 */
export function readKey(
  directory: D1Database,
  row: ActorRow | undefined,
  { companyIds }: KeyQuestion,
  now: number,
): ApiKeyActor | null {
  const key = row && keyQuery().row(row);
  if (!key || key.endedAt !== null || (key.expiresAt !== null && key.expiresAt <= now)) return null;
  const { id, name, companyId, accessId, scopes, createdBy, store } = key;
  const held = new Grants(directory, { companyId, accessId });
  held.add([companyId, ...companyIds], JSON.parse(key.grants) as GrantRow[]);
  return {
    kind: "api_key",
    keyId: id,
    companyId,
    fullName: name,
    email: null,
    operator: false,
    scopes,
    createdBy,
    grants: held,
    roots: [{ companyId, accessId, store, companies: key.companies, above: null }],
  };
}
