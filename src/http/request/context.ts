import type { Context } from "hono";
import type { Actor } from "../../auth/actor.ts";
import type { Databases } from "../../db/clients.ts";
import type { AnswerHeaders } from "../answer/answer-headers.ts";
import type { Admitted } from "../policies/policy.ts";
import type { RateCount } from "../rate-limits/rate-headers.ts";

/** What the middleware sets for later middleware and handlers. */
export interface Variables {
  requestId: string;
  /** When the request came, in milliseconds since 1970: one clock for all that it does. */
  now: number;
  databases: Databases;
  /** The code of the problem that is the answer. */
  problem: string | undefined;
  /** Who makes the request, once they are authenticated. */
  actor: Actor | undefined;
  /** Whether the request has just signed a user in, who is not an {@link actor} yet. */
  signedIn: boolean | undefined;
  /** By what the request was counted, once it was. */
  rate: RateCount | undefined;
  /** The body, once it has been read. */
  body: { value: unknown } | undefined;
  /** What the policy of the route gave, once the caller was let in. */
  admitted: Served;
  /** The company that the request is about, once its caller was let in. */
  companyId: number | undefined;
}

/** A request whose caller may make it, and the headers that its handler sets for the answer. */
export interface Served extends Admitted {
  headers: AnswerHeaders;
}

export type AppEnv = { Bindings: Env; Variables: Variables };
export type AppContext = Context<AppEnv>;
