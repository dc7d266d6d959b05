import type { Origin } from "../../audit/record.ts";
import type { Actor } from "../../auth/actor.ts";
import type { DirectoryDb } from "../../db/clients.ts";
import type { TargetUser } from "../../http/access.ts";

/** A change of a user's accesses: the actor, and the user that it is about. */
export interface Granting {
  env: Env;
  db: DirectoryDb;
  actor: Actor;
  origin: Origin;
  target: TargetUser;
}
