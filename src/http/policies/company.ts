import type { CompanyActor, Role, UserActor } from "../../auth/actor.ts";
import { fieldError } from "../../errors.ts";
import { NO_ID, parseId, readNamedId } from "../validation/named-id.ts";
import { type Named, type Policy, type PolicyInput, type RequestTarget, requireUser } from "./policy.ts";
import { lastCompanyOf, requireRole } from "./require-role.ts";

/** The company that a parameter of the path, or a field of the body, names. */
export function companyPolicy(
  named: Named & { role: Role },
): Policy<{ actor: UserActor; companyId: number }> {
  return {
    declares: { kind: "company", ...named },
    caller: "required",
    locate: (target, userId) => locateCompany(named, target, userId),
    async authorize(input) {
      const actor = requireUser(input);
      return { actor, companyId: await requireNamedCompany(named, actor, input) };
    },
  };
}

/** The company that a request names in its path; where its body names it, the one that the user was last at. */
export function locateCompany(
  { in: place, field }: Named,
  { params, query }: RequestTarget,
  userId: number | null,
): number | undefined {
  if (place === "query") return parseId(query(field) ?? "") || undefined;
  const inPath = place === undefined || place === "path" ? parseId(params[field] ?? "") : NO_ID;
  if (inPath !== NO_ID) return inPath;
  return place === undefined ? undefined : lastCompanyOf(userId);
}

/** @returns the company that a request names. @throws where it names none, or the caller lacks the role in it. */
export async function requireNamedCompany(
  named: Named & { role: Role },
  actor: CompanyActor,
  input: PolicyInput,
): Promise<number> {
  const companyId = await readNamedId(named, input);
  if (companyId === undefined) {
    throw fieldError("invalid_body", named.field, "invalid_type", "must be the id of a company");
  }
  await requireRole(actor, companyId, named.role, named.in && named.field);
  return companyId;
}
