import {
  type ApiKeyActor,
  actorQuestion,
  askForActor,
  type CallerScope,
  readActor,
  type UserActor,
  type UserCaller,
} from "./actor.ts";
import { askForKey, readKey } from "./api-keys/load-key.ts";
import type { ActorRow } from "./kept-actors.ts";

/** A program, as far as the key that it sent says who it is. */
interface KeyCaller {
  kind: "api_key";
  /** The SHA-256 of the key's secret. */
  secretHash: string;
  /** When the request came, in milliseconds since 1970. */
  now: number;
  scope: CallerScope;
}

/** Who calls, before the directory is asked whether that still counts. */
export type Caller = UserCaller | KeyCaller;

/** Tells what is asked of the directory apart: the same text is the same question. */
export function callerQuestion(caller: Caller): string {
  if (caller.kind === "user") return actorQuestion(caller);
  return `key ${caller.secretHash} ${caller.scope.companyIds.join()}`;
}

/** Asks the directory about a caller, in one query. @returns `undefined` where there is nobody. */
export function askAboutCaller(directory: D1Database, caller: Caller): Promise<ActorRow | undefined> {
  return caller.kind === "user"
    ? askForActor(directory, caller)
    : askForKey(directory, { secretHash: caller.secretHash, companyIds: caller.scope.companyIds });
}

/** Reads what the directory said about a caller. @returns `null` for one who may not act (any more). */
export function actorOfCaller(
  directory: D1Database,
  row: ActorRow | undefined,
  caller: Caller,
): UserActor | ApiKeyActor | null {
  if (caller.kind === "user") return readActor(directory, row, caller);
  const { secretHash, scope, now } = caller;
  return readKey(directory, row, { secretHash, companyIds: scope.companyIds }, now);
}
