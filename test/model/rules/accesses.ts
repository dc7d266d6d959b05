import { changeAccess, grantAccesses, prefer, removeAccess } from "./held.ts";
import { offer } from "./invitations.ts";
import {
  at,
  isLastOwner,
  isOperator,
  mayGrant,
  needsNoConsent,
  type Of,
  of,
  refuse,
  rightIn,
  type State,
  seesCompany,
  seesPerson,
} from "./state.ts";

function requireGrantor(state: State, { actor, person, wanted }: Of<"grant" | "replace">): void {
  if (!seesPerson(state, actor, person)) refuse("not_found");
  const grants = state.companies.some((_, company) => rightIn(state, actor, company) <= 2);
  if (!grants && !isOperator(state, actor)) refuse("forbidden");
  if (wanted.some((one) => !seesCompany(state, actor, one.company))) refuse("not_found");
}

/** Whether an access may be said to be the primary one: one's own, and the first one of anybody. */
const mayPrefer = (state: State, actor: number, person: number) =>
  actor === person || of(state, person).length === 0;

/** Gives somebody accesses, at once or by an invitation. Refuses by {@link Refused}, as all deeds do. */
export function grant(state: State, deed: Of<"grant">): void {
  requireGrantor(state, deed);
  const { actor, person, wanted } = deed;
  if (wanted.some((one) => !mayGrant(state, actor, one.company, one.access))) refuse("forbidden");
  if (!state.people[actor]?.confirmed) refuse("email_not_confirmed");
  const offered = wanted.filter((one) => !needsNoConsent(state, actor, person, one));
  if (wanted.some((one) => at(state, person, one.company))) refuse("access_exists");
  if (wanted.some((one) => one.primary) && !mayPrefer(state, actor, person)) refuse("forbidden");
  grantAccesses(
    state,
    actor,
    person,
    wanted.filter((one) => !offered.includes(one)),
  );
  for (const one of offered) offer(state, actor, person, one);
}

/** Makes somebody's accesses those that are wanted, as far as the actor's reach goes. */
export function replace(state: State, deed: Of<"replace">): void {
  requireGrantor(state, deed);
  const { actor, person, wanted } = deed;
  // An account that may be anybody's gives nothing, to nobody.
  const changes = wanted.some((one) => at(state, person, one.company)?.access !== one.access);
  if (changes && !state.people[actor]?.confirmed) refuse("email_not_confirmed");
  const offered = wanted.filter((one) => !needsNoConsent(state, actor, person, one));
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
    if (!there || offered.includes(one)) continue;
    if (one.access !== 1 && isLastOwner(state, there)) refuse("last_owner");
    changeAccess(there, actor, one.access);
  }
  const primary = wanted.find((one) => one.primary);
  grantAccesses(
    state,
    actor,
    person,
    wanted.filter((one) => !offered.includes(one)).map(({ company, access }) => ({ company, access })),
  );
  for (const row of taken) removeAccess(state, row, actor);
  if (primary && at(state, person, primary.company)) prefer(state, person, primary.company);
  for (const one of offered) {
    const same = standing.some(
      (open) => open.company === one.company && open.person === person && open.access === one.access,
    );
    if (!same) offer(state, actor, person, one);
  }
}

/** Takes an access of somebody's. */
export function revoke(state: State, { actor, person, company }: Of<"revoke">): void {
  const row = at(state, person, company);
  if (!seesPerson(state, actor, person) || !row) refuse("not_found");
  if (actor !== person && !seesCompany(state, actor, company)) refuse("not_found");
  if (actor !== person && !mayGrant(state, actor, company, row.access)) refuse("forbidden");
  removeAccess(state, row, actor);
}
