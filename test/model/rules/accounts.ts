import { grantAccesses, removeAccess } from "./held.ts";
import {
  at,
  counts,
  endSessions,
  type Held,
  type Invitation,
  isOperator,
  madeTree,
  mayGrant,
  type Of,
  of,
  type Person,
  refuse,
  root,
  type State,
  seesCompany,
} from "./state.ts";

/**
 * Whose an account is: anybody can make one under an address. From the moment that its mailbox answers it is that of
 * the person who reads it, and nobody else gets into it by what they had before.
 */

/** Signs up with the address of somebody, who may be another. */
export function signUp(state: State, { person }: Of<"signUp">): void {
  const account = state.people[person] as Person;
  if (account.status !== "none") refuse("email_taken");
  Object.assign(account, { status: "active", password: "stranger" });
}

/** Makes an account for somebody, with accesses. */
export function create(state: State, { actor, person, wanted, password }: Of<"create">): void {
  if (!counts(state, actor)) refuse("email_not_confirmed");
  for (const { company, access } of wanted) {
    if (!seesCompany(state, actor, company)) refuse("not_found");
    if (!mayGrant(state, actor, company, access)) refuse("forbidden");
    if (access === 1 && !isOperator(state, actor)) refuse("invalid_body");
  }
  const account = state.people[person] as Person;
  if (account.status !== "none") refuse("email_taken");
  Object.assign(account, {
    status: password ? "active" : "pending",
    password: password ? "stranger" : null,
    madeByOther: true,
    madeIn: isOperator(state, actor) ? null : (wanted[0]?.company ?? null),
  });
  grantAccesses(state, actor, person, wanted);
}

/** Opens a link that confirms an address. @returns the invitations that the answer tells of. */
export function confirm(state: State, { actor, person, by }: Of<"confirm">): number[] {
  const account = state.people[person] as Person;
  if (account.status !== "active") refuse("invalid_token");
  if (by === "new password") {
    if (account.confirmed) refuse("invalid_body");
    offerEarlier(state, person, nothing);
    own(state, person);
    return openTo(state, person);
  }
  if (!account.confirmed && account.madeByOther) refuse("invalid_body");
  if (by === "nothing" || (by === "session" && actor !== person)) refuse("invalid_body");
  if (by === "own password" && account.password !== "own") refuse("wrong_password");
  if (by === "stranger's password" && account.password !== "stranger") refuse("wrong_password");
  offerEarlier(state, person, nothing);
  account.confirmed = true;
  return openTo(state, person);
}

/** The invitations that are open for a person. */
export function openTo(state: State, person: number): number[] {
  return [...state.invitations.keys()].filter((one) => {
    const { person: invited, state: is } = state.invitations[one] as Invitation;
    return invited === person && is === "open";
  });
}

/** Sets a password by a link that was mailed. */
export function reset(state: State, { person }: Of<"reset">): void {
  const account = state.people[person] as Person;
  if (account.status === "none" || account.status === "disabled") refuse("invalid_token");
  offerEarlier(state, person, nothing);
  own(state, person);
}

/** Sets the first password by the link that was mailed when the account was made. */
export function first(state: State, { person }: Of<"first">): void {
  const account = state.people[person] as Person;
  if (account.status === "none" || account.status === "disabled") refuse("invalid_token");
  const { madeIn } = account;
  offerEarlier(
    state,
    person,
    (row) =>
      (madeIn !== null && root(state, madeIn) === root(state, row.company)) ||
      answersFor(state, row).some(({ by }) => isOperator(state, by)),
  );
  own(state, person);
}

/** Signs up with the code of an invitation that was mailed. */
export function join(state: State, { invitation }: Of<"join">): void {
  const one = state.invitations[invitation] as Invitation;
  if (one.state !== "open") refuse("invalid_invitation");
  const account = state.people[one.person] as Person;
  if (account.status === "disabled" || account.confirmed) refuse("email_taken");
  if (account.status === "none") account.version = -1;
  offerEarlier(state, one.person, (row) => root(state, one.company) === root(state, row.company));
  own(state, one.person);
  const there = at(state, one.person, one.company);
  if (there) there.access = Math.min(there.access, one.access);
  else grantAccesses(state, one.person, one.person, [{ company: one.company, access: one.access }]);
  one.state = "accepted";
}

const nothing = () => false;

/**
 * What others gave an account before its mailbox answered is no more than offered, but what the person takes by what
 * they opened. It is offered by who answers for most of it, and what nobody answers for any more ends.
 */
function offerEarlier(state: State, person: number, consented: (row: Held) => boolean): void {
  if (state.people[person]?.confirmed) return;
  for (const row of of(state, person)) {
    const { company, access, suspended } = row;
    if (row.granted.length === 0 || madeTree(state, person, company)) continue;
    const answers = answersFor(state, row);
    const most = Math.min(...answers.map((one) => one.access));
    if (consented(row) && most === access) continue;
    const inviter = answers.findLast((one) => one.access === most)?.by;
    removeAccess(state, row, person);
    const stands = state.invitations.some(
      (one) => one.state === "open" && one.person === person && one.company === company,
    );
    if (inviter === undefined || suspended || stands) continue;
    state.invitations.push({ company, person, access: most, inviter, state: "open" });
  }
}

/**
 * Those who answer for an access, and for how much of it: for what they set, and for no more than it was since. Only
 * who may still give as much does.
 */
function answersFor(state: State, { company, granted }: Held): Held["granted"] {
  return granted
    .map(({ by }, index) => ({ by, access: Math.max(...granted.slice(index).map((one) => one.access)) }))
    .filter(({ by, access }) => mayGrant(state, by, company, access));
}

/** The person is in, with a password of their own, and nobody else. */
function own(state: State, person: number): void {
  Object.assign(state.people[person] as Person, { status: "active", confirmed: true, password: "own" });
  endSessions(state, person);
}
