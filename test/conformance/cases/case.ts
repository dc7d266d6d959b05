import type { Role } from "../../../src/auth/actor.ts";
import type { Scope } from "../../../src/auth/api-keys/scopes.ts";
import type { Call } from "../../harness/api.ts";
import type { TestUser } from "../../harness/factories.ts";
import type { Side, World } from "../world.ts";

/** A request without its caller. */
export interface Asked extends Call {
  path: string;
  /** The user whom it is about: an agent of the side, who asks for themselves too. */
  subject?: TestUser;
}

/** Who may do something, in the words of the contract. */
export type Policy =
  | "public"
  | "signed_link"
  | "optional"
  | "signed_in"
  | "operator"
  | "companies viewer"
  | `company ${Role}`
  /** Users who see all leads of the company: for an agent it is not there. */
  | "company whole"
  | "company whole manager"
  | `user ${"see" | "manage" | "manage_somewhere" | "grant" | "self"}`
  /** Only the one who is meant; anyone else who is signed in is told so. */
  | "subject"
  /** Only the one whose it is; to anyone else who is signed in it is not there. */
  | "own";

export interface Case {
  access: Policy;
  /** What the route itself says, where its handler decides by more. */
  declared?: Policy;
  /** What an API key needs beside the scope of the route. */
  alsoScope?: Scope;
  /** The status without a token, where it is not that of the policy. */
  anonymous?: number;
  /** A request that is right in itself, about what belongs to a side; fresh each time. */
  about(side: Side): Asked | Promise<Asked>;
  /** Requests from one side that name what is the other's in some other place, and the status that they get. */
  across?(own: Side, other: Side): Across[] | Promise<Across[]>;
  /** Requests of A's agent that name what others of A work, and the status that they get. */
  unseen?(a: World["a"]): Across[] | Promise<Across[]>;
}

export interface Across {
  what: string;
  ask: Asked;
  status: number;
}
