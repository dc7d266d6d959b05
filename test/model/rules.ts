/**
 * Who may do what to whom, as the contract says it and written apart from the product: plain data, and for each
 * deed what becomes of it. People and companies are numbers, counted from 0.
 */

export interface Person {
  status: "active" | "pending" | "disabled";
  operator: boolean;
  /** Whether the mailbox of their address has answered. */
  confirmed: boolean;
  /** Whether they have a password, by which they were active before. */
  password: boolean;
}

/** 1 owner, 2 manager, 3 agent, 4 viewer. */
export interface Held {
  person: number;
  company: number;
  access: number;
  primary: boolean;
  suspended: boolean;
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
  /** In the order in which they were given. */
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
  | { kind: "make"; actor: number; parent: number | null };

/** What a deed is answered with: `done`, or the code of the refusal. */
export type Outcome = string;

const TO_ONE_ADDRESS = 5;
const FROM_ONE_SENDER = 30;

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
  const { status, operator } = state.people[person] as Person;
  if (status !== "active") return false;
  const own = operator ? 1 : rightIn(state, person, company);
  return own === 1 || (own === 2 && access > 2);
}

const of = (state: State, person: number) => state.held.filter((one) => one.person === person);
const at = (state: State, person: number, company: number) =>
  state.held.find((one) => one.person === person && one.company === company);
const isOperator = (state: State, person: number) => state.people[person]?.operator === true;
const seesCompany = (state: State, actor: number, company: number) =>
  isOperator(state, actor) || rightIn(state, actor, company) < 5;
const seesPerson = (state: State, actor: number, person: number) =>
  actor === person ||
  of(state, person).some((one) => seesCompany(state, actor, one.company)) ||
  isOperator(state, actor);
const root = (state: State, company: number) => upwards(state, company).at(-1);

/** Whether an access may be given without asking: to somebody whom the giver manages in that tree already. */
function needsNoConsent(state: State, actor: number, person: number, company: number): boolean {
  if (actor === person || isOperator(state, actor) || at(state, person, company)) return true;
  return of(state, person).some(
    (one) =>
      root(state, one.company) === root(state, company) && mayGrant(state, actor, one.company, one.access),
  );
}

/** Whether a company would be without an owner who counts, if this one did not count any more. */
function isLastOwner(state: State, row: Held): boolean {
  return (
    row.access === 1 &&
    !row.suspended &&
    !state.held.some(
      (one) =>
        one !== row &&
        one.company === row.company &&
        one.access === 1 &&
        !one.suspended &&
        state.people[one.person]?.status !== "disabled",
    )
  );
}

class Refused extends Error {}
function refuse(code: string): never {
  throw new Refused(code);
}

/** Does a deed. @returns what it is answered with, and the state then: the same one where it is refused. */
export function apply(before: State, deed: Deed): { outcome: Outcome; state: State } {
  const state = structuredClone(before);
  try {
    if (state.people[deed.actor]?.status !== "active") refuse("unauthorized");
    act(state, deed);
    endOrphans(state);
    return { outcome: "done", state };
  } catch (error) {
    if (error instanceof Refused) return { outcome: error.message, state: before };
    throw error;
  }
}

/** An invitation lives and dies with the right to give it. */
function endOrphans(state: State): void {
  for (const one of state.invitations) {
    if (one.state === "open" && !mayGrant(state, one.inviter, one.company, one.access)) one.state = "revoked";
  }
}

function act(state: State, deed: Deed): void {
  const rules: { [Kind in Deed["kind"]]: (state: State, deed: Of<Kind>) => void } = {
    grant,
    replace,
    revoke,
    invite,
    accept,
    uninvite,
    status: setStatus,
    make,
  };
  (rules[deed.kind] as (state: State, deed: Deed) => void)(state, deed);
}

type Of<Kind extends Deed["kind"]> = Extract<Deed, { kind: Kind }>;

function requireGrantor(state: State, { actor, person, wanted }: Of<"grant" | "replace">): void {
  if (!seesPerson(state, actor, person)) refuse("not_found");
  const grants = state.companies.some((_, company) => rightIn(state, actor, company) <= 2);
  if (!grants && !isOperator(state, actor)) refuse("forbidden");
  if (wanted.some((one) => !seesCompany(state, actor, one.company))) refuse("not_found");
}

/** Whether an access may be said to be the primary one: one's own, and the first one of anybody. */
const mayPrefer = (state: State, actor: number, person: number) =>
  actor === person || of(state, person).length === 0;

function grant(state: State, deed: Of<"grant">): void {
  requireGrantor(state, deed);
  const { actor, person, wanted } = deed;
  if (wanted.some((one) => !mayGrant(state, actor, one.company, one.access))) refuse("forbidden");
  const offered = wanted.filter((one) => !needsNoConsent(state, actor, person, one.company));
  if (offered.length > 0 && !state.people[actor]?.confirmed) refuse("email_not_confirmed");
  if (wanted.some((one) => at(state, person, one.company))) refuse("access_exists");
  if (wanted.some((one) => one.primary) && !mayPrefer(state, actor, person)) refuse("forbidden");
  grantAccesses(
    state,
    person,
    wanted.filter((one) => !offered.includes(one)),
  );
  for (const one of offered) offer(state, actor, person, one);
}

function replace(state: State, deed: Of<"replace">): void {
  requireGrantor(state, deed);
  const { actor, person, wanted } = deed;
  const offered = wanted.filter((one) => !needsNoConsent(state, actor, person, one.company));
  if (offered.length > 0 && !state.people[actor]?.confirmed) refuse("email_not_confirmed");
  for (const one of wanted) {
    const there = at(state, person, one.company);
    const may =
      mayGrant(state, actor, one.company, one.access) &&
      (!there || mayGrant(state, actor, one.company, there.access));
    if (there?.access !== one.access && !may) refuse("forbidden");
    if (one.primary && !there?.primary && !mayPrefer(state, actor, person)) refuse("forbidden");
  }
  const taken = of(state, person).filter(
    (there) =>
      !wanted.some((one) => one.company === there.company) &&
      mayGrant(state, actor, there.company, there.access),
  );
  const standing = state.invitations.filter((one) => one.state === "open");
  for (const one of wanted) {
    const there = at(state, person, one.company);
    if (!there) continue;
    if (one.access !== 1 && isLastOwner(state, there)) refuse("last_owner");
    there.access = one.access;
  }
  const primary = wanted.find((one) => one.primary);
  grantAccesses(
    state,
    person,
    wanted.filter((one) => !offered.includes(one)).map(({ company, access }) => ({ company, access })),
  );
  for (const row of taken) removeAccess(state, row);
  if (primary && at(state, person, primary.company)) prefer(state, person, primary.company);
  for (const one of offered) {
    const same = standing.some(
      (open) => open.company === one.company && open.person === person && open.access === one.access,
    );
    if (!same) offer(state, actor, person, one);
  }
}

function grantAccesses(state: State, person: number, wanted: Wanted[]): void {
  for (const { company, access } of wanted) {
    if (at(state, person, company)) continue;
    const primary = of(state, person).length === 0;
    state.held.push({ person, company, access, primary, suspended: false });
  }
  const chosen = wanted.find((one) => one.primary);
  if (chosen) prefer(state, person, chosen.company);
}

function prefer(state: State, person: number, company: number): void {
  for (const one of of(state, person)) one.primary = one.company === company;
}

/** Takes an access; where it was the primary one, the oldest becomes it. */
function removeAccess(state: State, row: Held): void {
  if (isLastOwner(state, row)) refuse("last_owner");
  state.held.splice(state.held.indexOf(row), 1);
  const oldest = of(state, row.person)[0];
  if (row.primary && oldest) oldest.primary = true;
}

function offer(state: State, inviter: number, person: number, { company, access }: Wanted): void {
  const to = state.invitations.filter(
    (one) =>
      one.person === person && (one.inviter === inviter || root(state, one.company) === root(state, company)),
  ).length;
  const from = state.invitations.filter((one) => one.inviter === inviter).length;
  if (to >= TO_ONE_ADDRESS || from >= FROM_ONE_SENDER) refuse("too_many_requests");
  for (const one of state.invitations) {
    if (one.state === "open" && one.company === company && one.person === person) one.state = "revoked";
  }
  state.invitations.push({ company, person, access, inviter, state: "open" });
}

function revoke(state: State, { actor, person, company }: Of<"revoke">): void {
  const row = at(state, person, company);
  if (!seesPerson(state, actor, person) || !row) refuse("not_found");
  if (actor !== person && !seesCompany(state, actor, company)) refuse("not_found");
  if (actor !== person && !mayGrant(state, actor, company, row.access)) refuse("forbidden");
  removeAccess(state, row);
}

function invite(state: State, { actor, person, company, access }: Of<"invite">): void {
  if (!seesCompany(state, actor, company)) refuse("not_found");
  if (!mayGrant(state, actor, company, access)) refuse("forbidden");
  if (!state.people[actor]?.confirmed) refuse("email_not_confirmed");
  const there = at(state, person, company);
  if (there && there.access <= access) refuse("access_exists");
  offer(state, actor, person, { company, access });
}

function accept(state: State, { actor, invitation }: Of<"accept">): void {
  const one = state.invitations[invitation] as Invitation;
  if (one.person !== actor || !state.people[actor]?.confirmed) refuse("not_found");
  if (one.state !== "open") refuse("invitation_ended");
  const there = at(state, actor, one.company);
  if (there) there.access = Math.min(there.access, one.access);
  else grantAccesses(state, actor, [{ company: one.company, access: one.access }]);
  one.state = "accepted";
}

function uninvite(state: State, { actor, invitation }: Of<"uninvite">): void {
  const one = state.invitations[invitation] as Invitation;
  if (!seesCompany(state, actor, one.company)) refuse("not_found");
  if (!mayGrant(state, actor, one.company, one.access)) refuse("forbidden");
  if (one.state !== "open") refuse("invitation_ended");
  one.state = "revoked";
}

/** Disables or enables as far as the actor's reach goes: the account, or the accesses that are theirs to take. */
function setStatus(state: State, { actor, person, status }: Of<"status">): void {
  if (!seesPerson(state, actor, person)) refuse("not_found");
  const own = of(state, person);
  const inReach = own.filter((one) => mayGrant(state, actor, one.company, one.access));
  const operator = isOperator(state, actor);
  const whole = operator || (own.length > 0 && inReach.length === own.length);
  const target = state.people[person] as Person;
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
    return;
  }
  if (!whole && target.status === "disabled") refuse("forbidden");
  const suspended = inReach.filter((one) => one.suspended);
  if (whole && target.status === "pending" && suspended.length === 0) refuse("invalid_body");
  const wasDisabled = target.status === "disabled";
  if (wasDisabled) target.status = target.password ? "active" : "pending";
  if (operator && wasDisabled) return;
  for (const one of suspended) one.suspended = false;
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

function make(state: State, { actor, parent }: Of<"make">): void {
  if (parent !== null) {
    if (!seesCompany(state, actor, parent)) refuse("not_found");
    if (!isOperator(state, actor) && rightIn(state, actor, parent) > 1) refuse("forbidden");
    if (upwards(state, parent).length >= 5) refuse("too_deep");
  }
  state.companies.push(parent);
  grantAccesses(state, actor, [{ company: state.companies.length - 1, access: 1 }]);
}

/** Companies that nobody active owns, by an access there or above, although somebody once did. */
export function withoutOwner(state: State, company: number): boolean {
  return !state.people.some(
    ({ status }, person) => status === "active" && rightIn(state, person, company) === 1,
  );
}
