import type { CompanyActor } from "../../auth/actor.ts";
import type { DirectoryDb } from "../../db/clients.ts";
import { fieldError, refusal } from "../../errors.ts";
import { peopleIn } from "../../user-accesses/grant/people.ts";
import { visibleAssignee } from "../scope.ts";

/**
 * Decides who works a lead. Managers and owners assign it to whom they like in the company, or to nobody; an
 * agent's new lead is their own, and an agent can neither hand a lead on nor back. An API key works no leads: what one
 * with an agent's access creates is nobody's, and so out of its sight.
 *
 * The access is looked up in the directory, which shares no transaction with the leads: one that is taken away at
 * the same moment leaves the lead with a user who does not see it, until it is assigned again.
 *
 * @param wanted what the request says, `undefined` where it says nothing.
 * @param present whose the lead is; `undefined` for a new one.
 * @throws 403 for an agent who assigns, 422 for a user without an access in the company or above.
 */
export async function resolveAssignee(
  db: DirectoryDb,
  actor: CompanyActor,
  companyId: number,
  wanted: number | null | undefined,
  present: number | null | undefined,
): Promise<number | null> {
  const agent = visibleAssignee(actor, companyId);
  const own = actor.kind === "user" ? agent : null;
  const otherwise = present === undefined ? own : present;
  if (wanted === undefined || wanted === otherwise) return otherwise;
  if (agent !== null) throw refusal("forbidden", "Managers and owners assign leads.", "assigned_to");
  if (wanted !== null && !(await peopleIn(db, companyId, [wanted])).has(wanted)) {
    const detail = "must be a user with an access in the company or above it";
    throw fieldError("invalid_body", "assigned_to", "not_found", detail);
  }
  return wanted;
}
