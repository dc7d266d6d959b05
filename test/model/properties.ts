import { type Deed, mayGrant, rightIn, type State, upwards } from "./rules/state.ts";

/**
 * What must hold whatever the rules are in detail: nobody gains a right in a company that no one with that right
 * gave, and nobody loses one but by those who may take it.
 *
 * @param before as it was.
 * @param after as it is, once a deed was tried.
 * @returns what does not hold, in words.
 */
export function propertiesBroken(before: State, after: State, deed: Deed): string[] {
  const broken: string[] = [];
  for (const person of after.people.keys()) {
    for (const company of before.companies.keys()) {
      const [was, is] = [rightIn(before, person, company), rightIn(after, person, company)];
      if (is < was && !mayHaveGained(before, deed, person, company, is)) {
        broken.push(`person ${person} gained access ${is} in company ${company} by ${JSON.stringify(deed)}`);
      }
      if (is > was && !mayHaveLost(before, deed, person, company)) {
        broken.push(`person ${person} lost access ${was} in company ${company} by ${JSON.stringify(deed)}`);
      }
    }
    const [had, has] = [primaryOf(before, person), primaryOf(after, person)];
    const stillThere = after.held.some((one) => one.person === person && one.company === had);
    if (had !== has && stillThere && deed.actor !== person) {
      broken.push(`person ${person}'s primary company was changed by ${JSON.stringify(deed)}`);
    }
  }
  return broken;
}

function mayHaveGained(before: State, deed: Deed, person: number, company: number, access: number): boolean {
  if (deed.kind === "accept") {
    const invitation = before.invitations[deed.invitation];
    if (!invitation || deed.actor !== person || invitation.person !== person) return false;
    return mayGrant(before, invitation.inviter, invitation.company, invitation.access);
  }
  if (!mayGrant(before, deed.actor, company, access)) return false;
  // Nobody is put into a tree where they are not yet, but by themselves and by operators.
  const root = upwards(before, company).at(-1);
  const known = before.held.some(
    (one) => one.person === person && upwards(before, one.company).at(-1) === root,
  );
  return known || deed.actor === person || before.people[deed.actor]?.operator === true;
}

/** Their own deed, or that of somebody who may take the access from them that they had there. */
function mayHaveLost(before: State, deed: Deed, person: number, company: number): boolean {
  if (deed.actor === person) return true;
  return before.held.some(
    (one) =>
      one.person === person &&
      upwards(before, company).includes(one.company) &&
      mayGrant(before, deed.actor, one.company, one.access),
  );
}

function primaryOf(state: State, person: number): number | undefined {
  return state.held.find((one) => one.person === person && one.primary)?.company;
}
