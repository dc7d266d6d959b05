import type { UserActor } from "../../auth/actor.ts";
import { AppError } from "../../errors.ts";
import { type Policy, requireUser } from "./policy.ts";

/** Anyone signed in: the request is about themselves, or about companies to which its queries are limited. */
export const signedInPolicy: Policy<{ actor: UserActor }> = {
  declares: { kind: "signed_in" },
  caller: "required",
  authorize: async (input) => ({ actor: requireUser(input) }),
};

/** A platform operator. */
export const operatorPolicy: Policy<{ actor: UserActor }> = {
  declares: { kind: "operator" },
  caller: "required",
  async authorize(input) {
    const actor = requireUser(input);
    if (!actor.operator) throw new AppError("forbidden", "Only a platform operator can do this.");
    return { actor };
  },
};
