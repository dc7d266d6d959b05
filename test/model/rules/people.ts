import { grantAccesses } from "./held.ts";
import {
  counts,
  endSessions,
  type Held,
  isLastOwner,
  isOperator,
  madeTree,
  managesWhole,
  mayGrant,
  type Of,
  of,
  type Person,
  refuse,
  rightIn,
  type State,
  seesCompany,
  seesPerson,
  upwards,
} from "./state.ts";

/** Disables or enables as far as the actor's reach goes: the account, or the accesses that are theirs to take. */
export function setStatus(state: State, { actor, person, status }: Of<"status">): void {
  if (!seesPerson(state, actor, person)) refuse("not_found");
  const own = of(state, person);
  const inReach = own.filter((one) => mayGrant(state, actor, one.company, one.access));
  const operator = isOperator(state, actor);
  const target = state.people[person] as Person;
  // An account whose mailbox has not answered is nobody's to disable but the operators'.
  const whole = managesWhole(state, actor, person);
  if (actor === person || (inReach.length === 0 && !operator)) refuse("forbidden");
  if (target.operator && !operator) refuse("forbidden");
  if (status === "disabled") {
    if (!whole) {
      suspend(state, actor, person, inReach);
      return;
    }
    if (target.status === "disabled") return;
    if (!operator && own.some((row) => isLastOwner(state, row))) refuse("last_owner");
    target.status = "disabled";
    endSessions(state, person);
    return;
  }
  const suspended = inReach.filter((one) => one.suspended);
  if (target.status === "pending" && suspended.length === 0) refuse("invalid_body");
  if (!whole && target.status === "disabled") refuse("forbidden");
  const wasDisabled = target.status === "disabled";
  if (wasDisabled) target.status = target.password ? "active" : "pending";
  if (operator && wasDisabled) return;
  for (const one of suspended) one.suspended = false;
}

/** Changes a name, which nothing follows from: of a person, or of a company. */
export function rename(state: State, { actor, what, of: one }: Of<"rename">): void {
  if (what === "company") {
    if (!seesCompany(state, actor, one)) refuse("not_found");
    if (!isOperator(state, actor) && rightIn(state, actor, one) > 1) refuse("forbidden");
    return;
  }
  if (!seesPerson(state, actor, one)) refuse("not_found");
  if (actor === one) return;
  if (state.people[one]?.operator && !isOperator(state, actor)) refuse("forbidden");
  if (!managesWhole(state, actor, one)) refuse("forbidden");
}

function suspend(state: State, actor: number, person: number, rows: Held[]): void {
  const changed = rows.filter((one) => !one.suspended);
  if (changed.length === 0) return;
  for (const row of changed) {
    if (isLastOwner(state, row)) refuse("last_owner");
    row.suspended = true;
  }
  for (const one of state.invitations) {
    if (one.state === "open" && one.person === person && mayGrant(state, actor, one.company, one.access)) {
      one.state = "revoked";
    }
  }
}

/** Makes a company, which its maker owns. */
export function make(state: State, { actor, parent }: Of<"make">): void {
  if (parent !== null) {
    if (!seesCompany(state, actor, parent)) refuse("not_found");
    if (!isOperator(state, actor) && rightIn(state, actor, parent) > 1) refuse("forbidden");
    if (!state.people[actor]?.confirmed && !madeTree(state, actor, parent)) refuse("email_not_confirmed");
    if (upwards(state, parent).length >= 5) refuse("too_deep");
  }
  state.companies.push(parent);
  state.makers.push(actor);
  grantAccesses(state, actor, actor, [{ company: state.companies.length - 1, access: 1 }]);
}

/** Whether nobody who counts owns a company, by an access there or above. */
export function withoutOwner(state: State, company: number): boolean {
  return !state.people.some((_, person) => counts(state, person) && rightIn(state, person, company) === 1);
}
