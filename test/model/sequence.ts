import { seededRandom } from "../imports/seeded-random.ts";
import { deedBeside } from "./deeds-beside.ts";
import { type Deed, type Held, mayGrant, NOBODY, type State, upwards, type Wanted } from "./rules/state.ts";

/** Worlds and sequences of deeds that follow from a seed: small, so that people meet often. */

const PEOPLE = 6;
const OPERATOR = 5;
const ACCESSES = [1, 2, 3, 4];

export interface Dice {
  /** A whole number from 0 to below `end`. */
  below(end: number): number;
  chance(probability: number): boolean;
  one<T>(list: readonly T[]): T;
}

export function diceOf(seed: number): Dice {
  const random = seededRandom(seed);
  const below = (end: number) => Math.floor(random() * end);
  return {
    below,
    chance: (probability) => random() < probability,
    one: (list) => list[below(list.length)] as (typeof list)[number],
  };
}

/** Two trees, one with a company below its root, and six people with accesses as they fall; the last runs it all. */
export function worldOf(dice: Dice): State {
  const people = Array.from({ length: PEOPLE }, (_, person) => {
    const roll = person === OPERATOR ? 1 : dice.below(100) / 100;
    const status = roll < 0.08 ? ("pending" as const) : roll < 0.25 ? ("none" as const) : ("active" as const);
    return {
      status,
      operator: person === OPERATOR,
      confirmed: status === "active" && dice.chance(0.85),
      password: status === "active" ? ("own" as const) : null,
      madeByOther: false,
      madeIn: null,
      version: 0,
    };
  });
  const companies = [null, 0, null];
  const held: Held[] = [];
  for (let person = 0; person < PEOPLE - 1; person++) {
    if (people[person]?.status === "none") continue;
    for (let company = 0; company < companies.length; company++) {
      if (!dice.chance(0.4)) continue;
      const primary = !held.some((one) => one.person === person);
      held.push({ person, company, access: dice.one(ACCESSES), primary, suspended: false, granted: [] });
    }
  }
  const active = [...people.keys()].filter((person) => people[person]?.status === "active");
  const sessions = active.map((person) => ({ person, open: true, refreshed: false }));
  const makers = companies.map(() => null);
  const world: State = { people, companies, makers, held, invitations: [], keys: [], sessions };
  // Some invitations are open already, and some keys are in use: sequences are short.
  for (const company of companies.keys()) {
    const [person, access] = [dice.below(PEOPLE - 1), dice.one(ACCESSES)];
    if (dice.chance(0.4)) {
      const inviter = whoMayGrant(world, dice, company, access);
      world.invitations.push({ company, person, access, inviter, state: "open" });
    }
    if (access > 1 && dice.chance(0.4)) {
      const maker = whoMayGrant(world, dice, company, access);
      world.keys.push({ company, access, maker, ended: false });
    }
  }
  return world;
}

function whoMayGrant(state: State, dice: Dice, company: number, access: number): number {
  return dice.one([...state.people.keys()].filter((one) => mayGrant(state, one, company, access)));
}

/** What somebody tries next; most of it somebody who may, or almost may. */
export function deedIn(state: State, dice: Dice): Deed {
  const aims: [number, (state: State, dice: Dice) => Deed | null][] = [
    [0.15, deedAgainstInviter],
    [0.12, deedAroundUnproved],
    [0.15, deedOfInvited],
    [0.3, deedBeside],
  ];
  for (const [probability, aim] of aims) {
    const deed = dice.chance(probability) ? aim(state, dice) : null;
    if (deed) return deed;
  }
  return anyDeed(state, dice);
}

/** Somebody answers an invitation: mostly the invited. */
function deedOfInvited(state: State, dice: Dice): Deed | null {
  const all = [...state.invitations.keys()];
  if (all.length === 0) return null;
  const open = all.filter((one) => state.invitations[one]?.state === "open");
  const invitation = open.length > 0 && dice.chance(0.8) ? dice.one(open) : dice.one(all);
  const invited = state.invitations[invitation]?.person ?? 0;
  return {
    kind: dice.chance(0.35) ? "decline" : "accept",
    actor: dice.chance(0.85) ? invited : dice.below(PEOPLE),
    invitation,
    ...(dice.chance(0.4) && { code: true }),
  };
}

/** Those who manage somebody whose address is not confirmed cut them off, raise them, or leave a company to them. */
function deedAroundUnproved(state: State, dice: Dice): Deed | null {
  const all = [...state.people.keys()];
  const unproved = all.filter(
    (one) => state.people[one]?.confirmed === false && state.held.some((row) => row.person === one),
  );
  if (unproved.length === 0) return null;
  const person = dice.one(unproved);
  const rows = state.held.filter((row) => row.person === person);
  if (dice.chance(0.3)) return deedByUnproved(state, dice, person);
  const grantors = rows.flatMap((row) => row.granted.map(({ by }) => by));
  if (grantors.length > 0 && dice.chance(0.4)) {
    const grantor = dice.one(grantors);
    const own = state.held.filter((row) => row.person === grantor);
    if (own.length > 0)
      return { kind: "revoke", actor: grantor, person: grantor, company: dice.one(own).company };
  }
  const whole = all.filter(
    (one) => one !== person && rows.every((row) => mayGrant(state, one, row.company, row.access)),
  );
  const able = whole.filter((one) => one !== OPERATOR);
  const actor = able.length > 0 ? dice.one(able) : OPERATOR;
  const owned = rows.filter((row) => row.access === 1).map((row) => row.company);
  const owners = state.held.filter(
    (row) => row.person !== person && row.access === 1 && owned.includes(row.company),
  );
  if (owners.length > 0 && dice.chance(0.6)) {
    const { person: owner, company } = dice.one(owners);
    return { kind: "revoke", actor: dice.chance(0.3) ? owner : OPERATOR, person: owner, company };
  }
  if (dice.chance(0.5)) return { kind: "status", actor, person, status: "disabled" };
  const wanted = rows.map(({ company }) => ({ company, access: dice.one(ACCESSES) }));
  return { kind: "replace", actor, person, wanted };
}

/** A person in an account that proved nothing gives by it, or makes a company below one that it has. */
function deedByUnproved(state: State, dice: Dice, actor: number): Deed {
  const rows = state.held.filter((row) => row.person === actor);
  const below = state.companies.flatMap((_, company) =>
    rows.some((row) => upwards(state, company).includes(row.company)) ? [company] : [],
  );
  const company = dice.one(below);
  if (dice.chance(0.25)) return { kind: "make", actor, parent: company };
  const person = dice.chance(0.6) ? actor : dice.one(state.held).person;
  const kept = rows
    .filter((row) => row.company !== company && dice.chance(0.8))
    .map((row) => ({ company: row.company, access: row.access }));
  const wanted = [...(person === actor ? kept : []), { company, access: dice.one(ACCESSES) }];
  return dice.chance(0.5)
    ? { kind: "grant", actor, person, wanted: wanted.slice(-1) }
    : { kind: "replace", actor, person, wanted };
}

/** Somebody who has invited loses an access that gave them the right to: left to chance it hardly ever happens. */
function deedAgainstInviter(state: State, dice: Dice): Deed | null {
  const open = state.invitations.filter((one) => one.state === "open");
  if (open.length === 0) return null;
  const { inviter, company } = dice.one(open);
  const rows = state.held.filter(
    (one) => one.person === inviter && upwards(state, company).includes(one.company),
  );
  if (rows.length === 0) return null;
  const row = dice.one(rows);
  const able = [...state.people.keys()].filter(
    (one) => one === inviter || mayGrant(state, one, row.company, row.access),
  );
  const actor = dice.one(able);
  const roll = dice.below(3);
  if (roll === 0) return { kind: "revoke", actor, person: inviter, company: row.company };
  if (roll === 1) return { kind: "status", actor, person: inviter, status: "disabled" };
  const wanted = state.held
    .filter((one) => one.person === inviter)
    .map(({ company: at, access }) => ({ company: at, access: at === row.company ? 4 : access }));
  return { kind: "replace", actor, person: inviter, wanted };
}

const CONFIRMED_BY = ["session", "nothing", "own password", "stranger's password", "new password"] as const;

/** Somebody makes an account, or the person whose address it goes by opens a link in their mailbox. */
function deedWithMailbox(state: State, dice: Dice, actor: number): Deed {
  const all = [...state.people.keys()];
  const unproved = all.filter((one) => !state.people[one]?.confirmed);
  const without = all.filter((one) => state.people[one]?.status === "none");
  const oneOf = (some: number[]) => (some.length > 0 && dice.chance(0.85) ? dice.one(some) : dice.one(all));
  const roll = dice.below(5);
  if (roll === 0) return { kind: "signUp", actor: NOBODY, person: oneOf(without) };
  if (roll === 1) {
    const held = state.held.filter((one) => one.person === actor && one.access < 3);
    const companies = new Set(held.filter(() => dice.chance(0.7)).map(({ company }) => company));
    const wanted = [...companies].map((company) => ({ company, access: dice.one(ACCESSES) }));
    return { kind: "create", actor, person: oneOf(without), wanted, password: dice.chance(0.5) };
  }
  if (roll === 2)
    return { kind: dice.chance(0.5) ? "reset" : "first", actor: NOBODY, person: oneOf(unproved) };
  const invitation = state.invitations.findIndex(
    ({ state: is, person }) => is === "open" && unproved.includes(person),
  );
  if (roll === 3 && invitation >= 0) return { kind: "join", actor: NOBODY, invitation };
  if (roll === 3 && dice.chance(0.7)) {
    const [company, access] = [dice.below(state.companies.length), dice.one(ACCESSES)];
    return { kind: "invite", actor: OPERATOR, person: oneOf(unproved), company, access };
  }
  if (roll === 3 && state.invitations.length > 0) {
    return { kind: "join", actor: NOBODY, invitation: dice.below(state.invitations.length) };
  }
  const person = oneOf(unproved);
  const by = dice.one(CONFIRMED_BY);
  const isIn = state.people[person]?.status === "active";
  return { kind: "confirm", actor: by === "session" && isIn ? person : NOBODY, person, by };
}

function anyDeed(state: State, dice: Dice): Deed {
  const anyone = () => dice.below(PEOPLE);
  const actor = dice.chance(0.1) ? OPERATOR : anyone();
  const own = state.held.filter((one) => one.person === actor).map((one) => one.company);
  const company = () =>
    own.length > 0 && dice.chance(0.6) ? dice.one(own) : dice.below(state.companies.length);
  const met = state.held.filter((one) => own.includes(one.company)).map((one) => one.person);
  const person = () => (met.length > 0 && dice.chance(0.7) ? dice.one(met) : anyone());
  const invitations = state.invitations.length;
  const wanted = (most: number): Wanted[] => {
    const companies = new Set(Array.from({ length: 1 + dice.below(most) }, company));
    return [...companies].map((one, index) => ({
      company: one,
      access: dice.one(ACCESSES),
      ...(index === 0 && dice.chance(0.15) && { primary: true }),
    }));
  };
  if (dice.chance(0.25)) return deedWithMailbox(state, dice, actor);
  const roll = dice.below(100);
  if (roll < 18) return { kind: "grant", actor, person: person(), wanted: wanted(2) };
  if (roll < 32) {
    const target = person();
    // Most sets keep some of what is there.
    const kept = state.held.filter((one) => one.person === target && dice.chance(0.6));
    const more = wanted(2).filter((one) => !kept.some((there) => there.company === one.company));
    const set = [...kept.map(({ company: at, access }) => ({ company: at, access })), ...more];
    return { kind: "replace", actor, person: target, wanted: dice.chance(0.1) ? [] : set };
  }
  if (roll < 44) {
    const row = state.held.length > 0 ? dice.one(state.held) : { person: person(), company: company() };
    const leaves = dice.chance(0.35);
    return { kind: "revoke", actor: leaves ? row.person : actor, person: row.person, company: row.company };
  }
  if (roll < 58) {
    return { kind: "invite", actor, person: person(), company: company(), access: dice.one(ACCESSES) };
  }
  if (roll < 72 && invitations > 0) return { kind: "uninvite", actor, invitation: dice.below(invitations) };
  if (roll < 90) {
    const status = dice.chance(0.6) ? "disabled" : "active";
    return { kind: "status", actor, person: person(), status };
  }
  return { kind: "make", actor, parent: dice.chance(0.5) ? company() : null };
}
