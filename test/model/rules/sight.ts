import { openTo } from "./accounts.ts";
import { requireManager } from "./keys.ts";
import {
  isOperator,
  managesWhole,
  type Of,
  refuse,
  rightIn,
  type State,
  seesCompany,
  seesPerson,
} from "./state.ts";

/** Reads what there is of a person or a company. @returns the invitations that the answer tells of. */
export function see(state: State, { actor, what, of }: Of<"see">): number[] | undefined {
  switch (what) {
    case "user":
    case "accesses":
      if (!seesPerson(state, actor, of)) refuse("not_found");
      return;
    case "own trail":
      if (!seesPerson(state, actor, of)) refuse("not_found");
      if (actor !== of && !managesWhole(state, actor, of)) refuse("forbidden");
      return;
    case "pending":
      return pendingFor(state, actor, of);
    case "company":
    case "members":
      if (!seesCompany(state, actor, of)) refuse("not_found");
      return;
    case "invitations":
    case "keys":
      requireManager(state, actor, of);
      return;
    case "trail":
      if (!seesCompany(state, actor, of)) refuse("not_found");
      if (!isOperator(state, actor) && rightIn(state, actor, of) > 1) refuse("forbidden");
  }
}

/** One's own once the mailbox has answered; those of another as far as one manages the companies that invite. */
function pendingFor(state: State, actor: number, person: number): number[] {
  const all = openTo(state, person);
  if (isOperator(state, actor) || (actor === person && state.people[actor]?.confirmed)) return all;
  return all.filter((one) => rightIn(state, actor, state.invitations[one]?.company ?? 0) <= 2);
}
