/**
 * Who may do what to whom, as the contract says it and written apart from the product: plain data, and for each
 * deed what becomes of it. People and companies are numbers, counted from 0.
 */

export interface Person {
  /** That of the account under their address; `none` where there is none. */
  status: "active" | "pending" | "disabled" | "none";
  operator: boolean;
  /** Whether the mailbox of their address has answered. */
  confirmed: boolean;
  /** Who has chosen the password of the account: they who read the mailbox, or somebody else. */
  password: "own" | "stranger" | null;
  /** Whether somebody who was signed in made the account. */
  madeByOther: boolean;
  /** The company in whose name they did. */
  madeIn: number | null;
  /** How often all sessions of the account were ended. */
  version: number;
}

/** 1 owner, 2 manager, 3 agent, 4 viewer. */
export interface Held {
  person: number;
  company: number;
  access: number;
  primary: boolean;
  suspended: boolean;
  /**
   * Who else than they themselves gave or changed it and what it was then, the first one first; nobody where it was
   * there from the start. It is of no account once the mailbox of their address has answered.
   */
  granted: { by: number; access: number }[];
}

export interface Invitation {
  company: number;
  person: number;
  access: number;
  inviter: number;
  state: "open" | "accepted" | "revoked";
}

export interface State {
  people: Person[];
  /** The parent of each company; `null` for a root. */
  companies: (number | null)[];
  /** Who made each company; `null` where it was there from the start. */
  makers: (number | null)[];
  /** In the order in which they were granted. */
  held: Held[];
  /** In the order in which they were made. */
  invitations: Invitation[];
}

export interface Wanted {
  company: number;
  access: number;
  primary?: boolean;
}

export type Deed =
  | { kind: "grant"; actor: number; person: number; wanted: Wanted[] }
  | { kind: "replace"; actor: number; person: number; wanted: Wanted[] }
  | { kind: "revoke"; actor: number; person: number; company: number }
  | { kind: "invite"; actor: number; person: number; company: number; access: number }
  | { kind: "accept"; actor: number; invitation: number }
  | { kind: "uninvite"; actor: number; invitation: number }
  | { kind: "status"; actor: number; person: number; status: "active" | "disabled" }
  | { kind: "make"; actor: number; parent: number | null }
  /** Somebody who is not signed in signs up with the address of a person. */
  | { kind: "signUp"; actor: typeof NOBODY; person: number }
  | { kind: "create"; actor: number; person: number; wanted: Wanted[]; password: boolean }
  /** The person opens a link that confirms the address of a sign-up, with a session or a password, or with neither. */
  | { kind: "confirm"; actor: number; person: number; by: ConfirmedBy }
  /** The person sets a password by a link that was mailed to them. */
  | { kind: "reset"; actor: typeof NOBODY; person: number }
  /** The person sets their first password by the link that was mailed when the account was made for them. */
  | { kind: "first"; actor: typeof NOBODY; person: number }
  /** The person signs up with the code of an invitation that was mailed to them. */
  | { kind: "join"; actor: typeof NOBODY; invitation: number };

/** Who is not signed in. */
export const NOBODY = -1;
export type ConfirmedBy = "session" | "nothing" | "own password" | "stranger's password" | "new password";
export type Of<Kind extends Deed["kind"]> = Extract<Deed, { kind: Kind }>;

/** A company and all above it. */
export function upwards(state: State, company: number): number[] {
  const parent = state.companies[company] ?? null;
  return parent === null ? [company] : [company, ...upwards(state, parent)];
}

/** The strongest access that somebody has in a company, by one there or above it; 5 for none. */
export function rightIn(state: State, person: number, company: number): number {
  const line = upwards(state, company);
  const own = state.held.filter(
    (one) => one.person === person && !one.suspended && line.includes(one.company),
  );
  return Math.min(5, ...own.map((one) => one.access));
}

/** Whether somebody may give an access in a company, or take it. */
export function mayGrant(state: State, person: number, company: number, access: number): boolean {
  const { status, operator } = state.people[person] ?? { status: "none", operator: false };
  if (status !== "active") return false;
  const own = operator ? 1 : rightIn(state, person, company);
  return own === 1 || (own === 2 && access > 2);
}

/** Somebody's accesses. */
export const of = (state: State, person: number) => state.held.filter((one) => one.person === person);
export const at = (state: State, person: number, company: number) =>
  state.held.find((one) => one.person === person && one.company === company);
/** Whether somebody operates the installation. */
export const isOperator = (state: State, person: number) => state.people[person]?.operator === true;
export const seesCompany = (state: State, actor: number, company: number) =>
  isOperator(state, actor) || rightIn(state, actor, company) < 5;
/** Whether somebody is shown another. */
export const seesPerson = (state: State, actor: number, person: number) =>
  state.people[person]?.status !== "none" &&
  (actor === person ||
    of(state, person).some((one) => seesCompany(state, actor, one.company)) ||
    isOperator(state, actor));
/** The company at the top of a tree. */
export const root = (state: State, company: number) => upwards(state, company).at(-1);

/** Whether somebody made the tree that a company is in. */
export const madeTree = (state: State, person: number, company: number) =>
  state.makers[root(state, company) ?? -1] === person;

/** Whether an account is that of a person who can use it: its mailbox has answered, and it is active. */
export function counts(state: State, person: number): boolean {
  const { status, confirmed } = state.people[person] as Person;
  return status === "active" && confirmed;
}

/**
 * Whether an access may be given without asking: to somebody whom the granter manages in that tree already. As long as
 * their mailbox has not answered, nobody who may be in the account gets more by it, and nobody becomes an owner.
 */
export function needsNoConsent(
  state: State,
  actor: number,
  person: number,
  { company, access }: Wanted,
): boolean {
  if (actor === person) return true;
  const there = at(state, person, company);
  const managed = of(state, person).some(
    (one) =>
      root(state, one.company) === root(state, company) && mayGrant(state, actor, one.company, one.access),
  );
  if (!isOperator(state, actor) && !there && !managed) return false;
  const { status, confirmed } = state.people[person] as Person;
  if (confirmed || (there && there.access <= access)) return true;
  return status === "pending" && access > 1;
}

/** Whether a company would be without an owner who counts, if this one did not count any more. */
export function isLastOwner(state: State, row: Held): boolean {
  const isOne = (one: Held) =>
    one.company === row.company && one.access === 1 && !one.suspended && counts(state, one.person);
  return isOne(row) && !state.held.some((one) => one !== row && isOne(one));
}

/** A deed that is refused, by the code of its refusal. */
export class Refused extends Error {}
export function refuse(code: string): never {
  throw new Refused(code);
}
