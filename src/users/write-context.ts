import { type Origin, originOf } from "../audit/record.ts";
import type { ActorIdentity } from "../auth/actor.ts";
import type { DirectoryDb } from "../db/clients.ts";
import type { Call } from "../http/request/call.ts";

/** What users are changed with, by a request or by something else: nothing in here knows of HTTP. */
export interface WriteContext {
  /** Its queue of mails, rate limits and keys of links. */
  env: Env;
  db: DirectoryDb;
  /** Who asks for it, from where, and when. */
  origin: Origin;
  /** Keeps running what goes on after the answer. */
  waitUntil(work: Promise<unknown>): void;
}

/** The context of a request. @param actor the caller; `null` for one who is not signed in. */
export function writeContextOf(call: Call, actor: ActorIdentity | null): WriteContext {
  return {
    env: call.env,
    db: call.databases.directory,
    origin: originOf(call, actor),
    waitUntil: call.waitUntil,
  };
}
