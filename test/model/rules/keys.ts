import {
  isOperator,
  type Key,
  madeTree,
  mayGrant,
  type Of,
  refuse,
  rightIn,
  type State,
  seesCompany,
  upwards,
} from "./state.ts";

/** Makes a key of a company, which may no more than its maker could give. */
export function makeKey(state: State, { actor, company, access }: Of<"makeKey">): void {
  requireManager(state, actor, company);
  if (!mayGrant(state, actor, company, access)) refuse("forbidden");
  // It would outlive the proof of the mailbox, and be theirs who were in the account before.
  if (!state.people[actor]?.confirmed && !madeTree(state, actor, company)) refuse("email_not_confirmed");
  state.keys.push({ company, access, maker: actor, ended: false });
}

/** Ends a key, once and again. It ends by nothing else: it is the company's, and not its maker's. */
export function endKey(state: State, { actor, key }: Of<"endKey">): void {
  const one = state.keys[key] as Key;
  requireManager(state, actor, one.company);
  if (!mayGrant(state, actor, one.company, one.access)) refuse("forbidden");
  one.ended = true;
}

/** A program calls with a key: it works in its company and below, and manages nobody. */
export function useKey(state: State, { key, company, use }: Of<"useKey">): void {
  const one = state.keys[key] as Key;
  if (one.ended) refuse("unauthorized");
  if (use === "invite") refuse("not_for_keys");
  if (!upwards(state, company).includes(one.company)) refuse("not_found");
  if (use === "write" && one.access > 2) refuse("forbidden");
}

/** @throws Refused where somebody does not manage a company. */
export function requireManager(state: State, actor: number, company: number): void {
  if (!seesCompany(state, actor, company)) refuse("not_found");
  if (!isOperator(state, actor) && rightIn(state, actor, company) > 2) refuse("forbidden");
}
