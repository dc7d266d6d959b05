import { userIdOf } from "../auth/actor.ts";
import type { Databases } from "../db/clients.ts";
import type { Tenant } from "../db/leads/tenant.ts";
import { requireFound } from "../errors.ts";
import { beginning } from "./beginning.ts";
import type { BegunTarget, PolicyInput } from "./policies/policy.ts";
import { tenantOfId, tenantOfStore } from "./policies/row.ts";

/** The checked parts of a request. */
export interface Parts<Params, Query, Body> {
  params: Params;
  query: Query;
  body: Body;
}

/**
 * What a route reads for every caller, at the same time as its policy decides: by the request alone, since nothing else is
 * known yet. What it has read is handed to the handler once the caller is let in, and else to nobody.
 */
export interface EarlyInput<Params = unknown, Query = unknown, Body = unknown>
  extends Parts<Params, Query, Body> {
  databases: Databases;
  /** The user who calls, if that is who their token says they are; `null` for the holder of an API key. */
  callerId: number | null;
  /** A header of the request. */
  header(name: string): string | undefined;
  /** The lead store that has an id, open for all companies. @throws 404 where there is no such store. */
  tenantOf(id: number): Tenant;
  /** The same of a store by its number. */
  tenantIn(store: number | null): Tenant;
}

export type Early<Params, Query, Body, Read> = (input: EarlyInput<Params, Query, Body>) => Promise<Read>;

/** The early reading of a route. */
export interface EarlyReading<Params, Query, Body, Read> {
  /** Starts it. @param parts checks the request: where something is wrong with it, nothing is read. */
  begin(target: BegunTarget, parts: () => Promise<Parts<Params, Query, Body>>): void;
  /** What was read; where it was not begun, it is read now. */
  finish(exchange: PolicyInput, parts: Parts<Params, Query, Body>): Promise<Read>;
}

/** Makes the early reading of a route. */
export function earlyReading<Params, Query, Body, Read>(
  early: Early<Params, Query, Body, Read>,
): EarlyReading<Params, Query, Body, Read> {
  type Source = Pick<BegunTarget, "databases" | "header" | "userId">;
  const reading = beginning(
    async ({ parts, ...source }: Source & { parts: () => Promise<Parts<Params, Query, Body>> }) =>
      early({
        ...(await parts()),
        databases: source.databases,
        callerId: source.userId,
        header: source.header,
        tenantOf: (id) => requireFound(tenantOfId(source.databases, id)),
        tenantIn: (store) => requireFound(tenantOfStore(source.databases, store)),
      }),
  );
  return {
    begin: ({ databases, header, userId }, parts) => reading.begin({ databases, header, userId, parts }),
    finish: ({ databases, header, actor }, parts) =>
      reading.finish({ databases, header, userId: userIdOf(actor), parts: async () => parts }),
  };
}
