import { eq, sql } from "drizzle-orm";
import { queryBuilder } from "../../db/clients.ts";
import { compileOnce } from "../../db/compiled.ts";
import { apiKeys, companies, companyCounts } from "../../db/directory/schema.ts";
import type { ApiKeyActor } from "../actor.ts";
import { type GrantRow, Grants, keyGrantsAsJson } from "../grants.ts";
import type { ActorRow } from "../kept-actors.ts";
import { statusOf } from "./status.ts";

/** Its own company is looked up with the others that a request is about. */
const asked = sql`json_insert(${sql.placeholder("companyIds")}, '$[#]', "api_keys"."company_id")`;
const held = { companyId: sql`"api_keys"."company_id"`, accessId: sql`"api_keys"."access_id"` };

const selection = {
  id: apiKeys.id,
  name: apiKeys.name,
  companyId: apiKeys.companyId,
  accessId: apiKeys.accessId,
  scopes: apiKeys.scopes,
  importLink: apiKeys.importLink,
  createdBy: apiKeys.createdBy,
  expiresAt: apiKeys.expiresAt,
  endedAt: apiKeys.endedAt,
  store: sql<number>`(SELECT c.lead_store FROM ${companies} c WHERE c.id = "api_keys"."company_id")`.as(
    "store",
  ),
  companies: sql<number>`(
    SELECT n.companies FROM ${companyCounts} n WHERE n.company_id = "api_keys"."company_id")`.as("companies"),
  grants: sql<string>`(${keyGrantsAsJson(asked, held)})`.as("grants"),
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
  if (!key || statusOf(key, now) !== "active") return null;
  const { id, name, companyId, accessId, scopes, importLink, createdBy, store } = key;
  const grants = new Grants(directory, { companyId, accessId });
  grants.add([companyId, ...companyIds], JSON.parse(key.grants) as GrantRow[]);
  return {
    kind: "api_key",
    keyId: id,
    companyId,
    fullName: name,
    email: null,
    operator: false,
    scopes,
    importLink,
    createdBy,
    grants,
    roots: [{ companyId, accessId, store, companies: key.companies, above: null }],
  };
}
