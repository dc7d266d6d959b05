import { atLeast, type Role } from "../../src/auth/actor.ts";
import type { Declaration, Policy as RoutePolicy } from "../../src/http/policies/policy.ts";
import type { RouteSpec } from "../../src/http/route-spec.ts";
import type { Caller, SideName } from "./callers.ts";
import type { Case, Policy } from "./cases/case.ts";

const ROLES: Role[] = ["owner", "manager", "agent", "viewer"];

/** What a route's access is in the words of the contract. */
export function inWords(access: Declaration): string {
  if (access.kind === "companies") return `companies ${access.role}`;
  if (access.kind === "user") return `user ${access.may}`;
  return "role" in access ? `company ${access.role}` : access.kind;
}

function needsOwner({ declares }: RoutePolicy): boolean {
  return "role" in declares && declares.role === "owner";
}

/** Whether a route is open to everyone, so that its answers do not depend on the caller. */
export function isOpen(policy: Policy): boolean {
  return policy === "public" || policy === "signed_link" || policy === "optional";
}

/** Whether a caller asks about a lead as an agent's key: no lead is assigned to a key. */
export function seesNoLead({ key, standing }: Caller, side: SideName, path: string): boolean {
  return (
    key !== undefined &&
    typeof standing !== "string" &&
    standing[side] === "agent" &&
    (path.startsWith("/leads/{id}") || path.endsWith("/leads/{external_id}"))
  );
}

/** The status that the contract gives a caller who asks about a side. */
export function expected(
  wanted: Case,
  caller: Caller,
  side: SideName,
  { access: policy, path, response: { status: success } }: RouteSpec,
): number {
  const { access, declared = access } = wanted;
  if (access === "public" || access === "signed_link") return success;
  if (caller.standing === "nobody") {
    return declared === "optional" && caller.name === "anonymous" ? (wanted.anonymous ?? success) : 401;
  }
  if (caller.key) {
    if (!policy.acceptsKeys || needsOwner(policy) || !caller.key.hasScope) return 403;
    if (seesNoLead(caller, side, path)) return 404;
  }
  const operator = caller.standing === "operator";
  const role = caller.standing === "operator" ? "owner" : caller.standing[side];
  const [what, needed = "", least = "viewer"] = access.split(" ");
  switch (what) {
    case "operator":
      return operator ? success : 403;
    case "subject":
      return 403;
    case "own":
      return 404;
    case "company":
      if (role === undefined || (role === "agent" && needed === "whole")) return 404;
      return atLeast(ROLES.indexOf(role) + 1, (needed === "whole" ? least : needed) as Role) ? success : 403;
    case "user":
      if (role === undefined) return 404;
      if (needed === "see") return success;
      if (needed === "self") return 403;
      return role === "owner" || role === "manager" ? success : 403;
    default:
      return success;
  }
}

/** The status that an agent gets who asks about themselves. */
export function expectedOfSubject({ access }: Case, success: number): number {
  return access === "user grant" ? 403 : success;
}
