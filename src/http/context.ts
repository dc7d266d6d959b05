import type { Context } from "hono";
import type { Actor } from "../auth/actor.ts";
import type { AccessClaims } from "../auth/tokens/tokens.ts";
import type { Databases } from "../db/clients.ts";

/** What the middleware leaves for whatever comes after it. */
export interface Variables {
  requestId: string;
  /** When the request came, in milliseconds since 1970: one clock for all that it does. */
  now: number;
  databases: Databases;
  /** The code of the problem that is the answer. */
  problem: string | undefined;
  actor: Actor;
  claims: AccessClaims;
  /** Whether the request has just signed somebody in, who is no {@link actor} yet. */
  signedIn: boolean | undefined;
  /** The body, once it has been read. */
  body: { value: unknown } | undefined;
  /** What the route's access gives its handler. */
  granted: unknown;
}

export type AppEnv = { Bindings: Env; Variables: Variables };
export type AppContext = Context<AppEnv>;
