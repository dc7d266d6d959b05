import type { Origin } from "../../audit/record.ts";
import type { UserActor } from "../../auth/actor.ts";
import type { DirectoryDb } from "../../db/clients.ts";
import type { TargetUser } from "../../http/policies/user.ts";

/** A change of a user's accesses: the actor, and the user that it is about. */
export interface Granting {
  env: Env;
  /** Keeps running what goes on after the answer. */
  waitUntil(work: Promise<unknown>): void;
  db: DirectoryDb;
  actor: UserActor;
  origin: Origin;
  target: TargetUser;
}
