import type { CompanyActor, UserActor } from "../../auth/actor.ts";
import { AppError } from "../../errors.ts";
import { type Policy, requireCompanyActor, requireUser } from "./policy.ts";

/** Anyone signed in: the request is about themselves, or about companies to which its queries are limited. */
export const signedInPolicy: Policy<{ actor: UserActor }> = {
  declares: { kind: "signed_in" },
  caller: "required",
  authorize: async (input) => ({ actor: requireUser(input) }),
};

/** Anyone signed in, API keys included: for what is the same for every company. */
export const cataloguePolicy: Policy<{ actor: CompanyActor }> = {
  declares: { kind: "signed_in" },
  caller: "required",
  acceptsKeys: true,
  authorize: async (input) => ({ actor: requireCompanyActor(input) }),
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
