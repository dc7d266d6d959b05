import type { UserActor } from "../../auth/actor.ts";
import { type Policy, requireUser } from "./policy.ts";

/** Anyone, signed in or not. */
export const publicPolicy: Policy<object> = {
  declares: { kind: "public" },
  caller: "ignored",
  authorize: async () => ({}),
};

/** The holder of a link that this API signed; the route checks the signature. */
export const signedLinkPolicy: Policy<object> = {
  declares: { kind: "signed_link" },
  caller: "ignored",
  authorize: async () => ({}),
};

/** Anyone; the handler knows a caller who signed in. */
export const optionalPolicy: Policy<{ actor: UserActor | null }> = {
  declares: { kind: "optional" },
  caller: "optional",
  authorize: async ({ actor }) => ({ actor: actor && requireUser({ actor }) }),
};
