import { type Deed, madeTree, mayGrant, rightIn, type State, upwards } from "./rules/state.ts";

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
    broken.push(
      ...devicesBroken(before, after, deed, person),
      ...proofBroken(before, after, deed, person),
      ...giftsKept(before, after, deed, person),
    );
    const [had, has] = [primaryOf(before, person), primaryOf(after, person)];
    const stillThere = after.held.some((one) => one.person === person && one.company === had);
    if (had !== has && stillThere && deed.actor !== person) {
      broken.push(`person ${person}'s primary company was changed by ${JSON.stringify(deed)}`);
    }
  }
  return [...broken, ...keysBroken(before, after, deed), ...answersBroken(before, after, deed)];
}

/** A key may no more than who makes it could give, and nobody else ends it. */
function keysBroken(before: State, after: State, deed: Deed): string[] {
  return after.keys.flatMap(({ company, access, ended }, key) => {
    const isChanged = (before.keys[key]?.ended ?? false) !== ended || before.keys[key] === undefined;
    return isChanged && !mayGrant(before, deed.actor, company, access)
      ? [`key ${key} of company ${company} with access ${access} changed by ${JSON.stringify(deed)}`]
      : [];
  });
}

/** Nobody answers an invitation but the invited. */
function answersBroken(before: State, after: State, deed: Deed): string[] {
  return after.invitations.flatMap(({ person, state }, invitation) => {
    if (state === (before.invitations[invitation]?.state ?? "open")) return [];
    const answers = deed.actor === person || deed.kind === "join";
    return (state === "accepted" || state === "declined") && !answers
      ? [`invitation ${invitation} is ${state} by ${JSON.stringify(deed)}`]
      : [];
  });
}

/** A device stays signed in until its person ends that, or all who are in the account are put out. */
function devicesBroken(before: State, after: State, deed: Deed, person: number): string[] {
  const isOut = (after.people[person]?.version ?? 0) > (before.people[person]?.version ?? 0);
  return before.sessions.flatMap(({ person: owner, open }, session) => {
    if (owner !== person || !open) return [];
    const isOpen = after.sessions[session]?.open === true;
    const own =
      deed.kind === "signOut" || deed.kind === "refresh" ? deed.session === session : deed.actor === person;
    if (isOpen ? isOut : !isOut && !own)
      return [`device ${session} is ${isOpen ? "in" : "out"} after ${JSON.stringify(deed)}`];
    return [];
  });
}

/** Once the mailbox of an account has answered it is its person's alone, and before that nobody keeps them out. */
function proofBroken(before: State, after: State, deed: Deed, person: number): string[] {
  const [was, is] = [before.people[person], after.people[person]];
  if (!was || !is) return [];
  const broken: string[] = [];
  const known = deed.kind === "confirm" && deed.by !== "new password" && !was.madeByOther;
  const cleared = is.password === "own" && (was.status === "none" || is.version > was.version);
  if (is.confirmed && !was.confirmed && !known && !cleared) {
    broken.push(`somebody else is still in the account of person ${person} after ${JSON.stringify(deed)}`);
  }
  const isOperator = before.people[deed.actor]?.operator === true;
  if (is.status === "disabled" && !is.confirmed && was.status !== "disabled" && !isOperator) {
    broken.push(`person ${person} is kept out by ${JSON.stringify(deed)}`);
  }
  return broken;
}

/** After the proof of a mailbox nothing is left that others gave, but what the person took by what they opened. */
function giftsKept(before: State, after: State, deed: Deed, person: number): string[] {
  if (before.people[person]?.confirmed || !after.people[person]?.confirmed) return [];
  if (deed.kind === "join" || deed.kind === "first") return [];
  return after.held
    .filter((row) => row.person === person && !madeTree(before, person, row.company))
    .filter((row) =>
      before.held.some(
        (was) => was.person === person && was.company === row.company && was.granted.length > 0,
      ),
    )
    .map((row) => `person ${person} is left with access ${row.access} in company ${row.company} by others`);
}

function mayHaveGained(before: State, deed: Deed, person: number, company: number, access: number): boolean {
  if (deed.kind === "accept") {
    const invitation = before.invitations[deed.invitation];
    if (!invitation || deed.actor !== person || invitation.person !== person) return false;
    return mayGrant(before, invitation.inviter, invitation.company, invitation.access);
  }
  if (deed.kind === "join") {
    const invitation = before.invitations[deed.invitation];
    if (invitation?.person !== person || before.people[person]?.confirmed) return false;
    return mayGrant(before, invitation.inviter, invitation.company, invitation.access);
  }
  if (!mayGrant(before, deed.actor, company, access)) return false;
  // Who is in an account that proved nothing may be anybody.
  const isGrant = deed.kind === "grant" || deed.kind === "replace";
  if (isGrant && !before.people[deed.actor]?.confirmed) return false;
  if (deed.kind === "create") return deed.person === person && before.people[person]?.status === "none";
  const { status, confirmed } = before.people[person] ?? { status: "none", confirmed: false };
  if (status === "active" && !confirmed && deed.actor !== person && deed.kind !== "status") return false;
  // Nobody is put into a tree where they are not yet, but by themselves and by operators.
  const root = upwards(before, company).at(-1);
  const known = before.held.some(
    (one) => one.person === person && upwards(before, one.company).at(-1) === root,
  );
  return known || deed.actor === person || before.people[deed.actor]?.operator === true;
}

/** Their own deed, or that of somebody who may take the access from them that they had there. */
function mayHaveLost(before: State, deed: Deed, person: number, company: number): boolean {
  if (deed.actor === person || isProofOf(before, deed, person)) return true;
  return before.held.some(
    (one) =>
      one.person === person &&
      upwards(before, company).includes(one.company) &&
      mayGrant(before, deed.actor, one.company, one.access),
  );
}

/** Whether the mailbox of a person answers by it, for the first time: what others gave is offered from then on. */
function isProofOf(before: State, deed: Deed, person: number): boolean {
  if (before.people[person]?.confirmed) return false;
  if (deed.kind === "join") return before.invitations[deed.invitation]?.person === person;
  return (
    (deed.kind === "confirm" || deed.kind === "reset" || deed.kind === "first") && deed.person === person
  );
}

function primaryOf(state: State, person: number): number | undefined {
  return state.held.find((one) => one.person === person && one.primary)?.company;
}
