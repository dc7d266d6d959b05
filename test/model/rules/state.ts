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
  state: "open" | "accepted" | "declined" | "revoked";
}

/** What a program of a company signs in with. */
export interface Key {
  company: number;
  /** Never that of an owner. */
  access: number;
  maker: number;
  ended: boolean;
}

/** A device that somebody is signed in with, beside the one that they do everything else with. */
export interface Session {
  person: number;
  open: boolean;
  /** Whether its refresh token was exchanged for a next one. */
  refreshed: boolean;
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
  keys: Key[];
  sessions: Session[];
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
  /** Somebody answers an invitation, by its id or by the code that was mailed. */
  | { kind: "accept"; actor: number; invitation: number; code?: true }
  | { kind: "decline"; actor: number; invitation: number; code?: true }
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
  | { kind: "join"; actor: typeof NOBODY; invitation: number }
  | { kind: "makeKey"; actor: number; company: number; access: number }
  | { kind: "endKey"; actor: number; key: number }
  /** A program reads from a company, writes to it, or wants to invite somebody. */
  | { kind: "useKey"; actor: typeof NOBODY; key: number; company: number; use: "read" | "write" | "invite" }
  /** Somebody ends a session by its id, as the one device that they have besides. */
  | { kind: "endSession"; actor: number; session: number }
  /** The device of a session signs out. */
  | { kind: "signOut"; actor: typeof NOBODY; session: number }
  /** A device asks for its next tokens; or who has its first refresh token does, elsewhere. */
  | { kind: "refresh"; actor: typeof NOBODY; session: number; stolen: boolean }
  /** Somebody changes their password, for which they type one that they think is theirs. */
  | { kind: "password"; actor: number; typed: "own" | "stranger" }
  | { kind: "see"; actor: number; what: SeenOfPerson | SeenOfCompany; of: number }
  /** Somebody changes the name of a person, or of a company. */
  | { kind: "rename"; actor: number; what: "user" | "company"; of: number };

/** What is asked for of a person. `pending` are the invitations that wait for them. */
export type SeenOfPerson = "user" | "accesses" | "own trail" | "pending";
export type SeenOfCompany = "company" | "members" | "invitations" | "keys" | "trail";

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

/**
 * Whether somebody manages another as a whole: all that they have is theirs to take, and their mailbox has answered. An
 * operator manages everybody.
 */
export function managesWhole(state: State, actor: number, person: number): boolean {
  const own = of(state, person);
  const all = own.length > 0 && own.every((one) => mayGrant(state, actor, one.company, one.access));
  return isOperator(state, actor) || (all && state.people[person]?.confirmed === true);
}

/** Puts everybody out who is in an account. */
export function endSessions(state: State, person: number): void {
  (state.people[person] as Person).version += 1;
  endDevices(state, person);
}

/** Ends the sessions of a person but the one that they do everything with. */
export function endDevices(state: State, person: number): void {
  for (const session of state.sessions) if (session.person === person) session.open = false;
}

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
export class Refused extends Error {
  /** Whether something changes all the same. */
  readonly changes: boolean;

  constructor(code: string, changes: boolean) {
    super(code);
    this.changes = changes;
  }
}

export function refuse(code: string, { changes = false } = {}): never {
  throw new Refused(code, changes);
}
