import type { Databases } from "../../db/clients.ts";
import { settingsOf } from "../../env.ts";
import type { AnswerHeaders } from "../answer/answer-headers.ts";
import type { AppContext } from "./context.ts";

/**
 * A request as handlers see it, beside its validated parts, and what they may add to the answer. Nothing of it
 * is Hono's, so that whatever they call can be called by something else too.
 */
export interface Call {
  readonly env: Env;
  readonly databases: Databases;
  /** When the request came, in milliseconds since 1970: one clock for all that it does. */
  readonly now: number;
  readonly requestId: string;
  /** The request as it came. Its body is there for a handler whose route has an `upload`. */
  readonly request: Request;
  /** The parameters of the query, each with all its values. */
  queries(): Readonly<Record<string, readonly string[]>>;
  /** A header of the request. */
  header(name: string): string | undefined;
  /** Sets a header of the answer that is made of what the handler returns; `undefined` sets none. */
  setHeader(name: string, value: string | undefined): void;
  /** Adds a header of which an answer may have several. */
  addHeader(name: string, value: string): void;
  /** Marks the request as a sign-in, so that its answer carries the bookmark of what was written, like any other. */
  markSignedIn(): void;
  /** Keeps the Worker running for something that goes on after the answer. */
  waitUntil(work: Promise<unknown>): void;
}

/** The origin of the links in an answer: the configured one, or else the one that the request came to. */
export function linkOrigin({ env, request }: Call): string {
  return settingsOf(env).publicUrl || new URL(request.url).origin;
}

/** The part of Hono's context that a handler sees. @param headers takes those that are set for the answer. */
export function callOf(c: AppContext, headers: AnswerHeaders): Call {
  return {
    env: c.env,
    databases: c.get("databases"),
    now: c.get("now"),
    requestId: c.get("requestId"),
    request: c.req.raw,
    queries: () => c.req.queries(),
    header: (name) => c.req.header(name),
    setHeader(name, value) {
      if (value !== undefined) headers.set[name] = value;
    },
    addHeader: (name, value) => headers.added.push([name, value]),
    markSignedIn: () => c.set("signedIn", true),
    waitUntil: (work) => c.executionCtx.waitUntil(work),
  };
}
