import { grant, replace, revoke } from "./accesses.ts";
import { confirm, create, first, join, reset, signUp } from "./accounts.ts";
import { accept, invite, uninvite } from "./invitations.ts";
import { make, setStatus } from "./people.ts";
import { type Deed, mayGrant, NOBODY, type Of, Refused, refuse, type State } from "./state.ts";

/** What a deed is answered with: `done`, or the code of the refusal. */
export type Outcome = string;

/** Does a deed. @returns what it is answered with, and the state then: the same one where it is refused. */
export function apply(before: State, deed: Deed): { outcome: Outcome; state: State } {
  const state = structuredClone(before);
  try {
    if (deed.actor !== NOBODY && state.people[deed.actor]?.status !== "active") refuse("unauthorized");
    act(state, deed);
    endOrphans(state);
    // Who gave what to somebody is of no account any more, once they have answered for themselves.
    for (const row of state.held) if (state.people[row.person]?.confirmed) row.granted = [];
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
    signUp,
    create,
    confirm,
    reset,
    first,
    join,
  };
  (rules[deed.kind] as (state: State, deed: Deed) => void)(state, deed);
}
