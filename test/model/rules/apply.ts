import { grant, replace, revoke } from "./accesses.ts";
import { confirm, create, first, join, reset, signUp } from "./accounts.ts";
import { accept, decline, invite, uninvite } from "./invitations.ts";
import { endKey, makeKey, useKey } from "./keys.ts";
import { make, rename, setStatus } from "./people.ts";
import { changePassword, endSession, refresh, signOut } from "./sessions.ts";
import { see } from "./sight.ts";
import { type Deed, mayGrant, NOBODY, type Of, Refused, refuse, type State } from "./state.ts";

/** What a deed is answered with: `done`, with the invitations that it tells of, or the code of the refusal. */
export type Outcome = string;

/** The outcome of what is not refused. @param told the invitations that the answer tells of, if it is one of such. */
export function doneWith(told: unknown): Outcome {
  return Array.isArray(told) ? `done ${JSON.stringify(told)}` : "done";
}

/** Does a deed. @returns what it is answered with, and the state then: mostly the same one where it is refused. */
export function apply(before: State, deed: Deed): { outcome: Outcome; state: State } {
  const state = structuredClone(before);
  try {
    if (deed.actor !== NOBODY && state.people[deed.actor]?.status !== "active") refuse("unauthorized");
    const told = act(state, deed);
    endOrphans(state);
    // Who gave what to somebody is of no account any more, once they have answered for themselves.
    for (const row of state.held) if (state.people[row.person]?.confirmed) row.granted = [];
    return { outcome: doneWith(told), state };
  } catch (error) {
    if (error instanceof Refused) return { outcome: error.message, state: error.changes ? state : before };
    throw error;
  }
}

/** An invitation lives and dies with the right to give it. */
function endOrphans(state: State): void {
  for (const one of state.invitations) {
    if (one.state === "open" && !mayGrant(state, one.inviter, one.company, one.access)) one.state = "revoked";
  }
}

function act(state: State, deed: Deed): unknown {
  const rules: { [Kind in Deed["kind"]]: (state: State, deed: Of<Kind>) => unknown } = {
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
    decline,
    makeKey,
    endKey,
    useKey,
    endSession,
    signOut,
    refresh,
    password: changePassword,
    see,
    rename,
  };
  return (rules[deed.kind] as (state: State, deed: Deed) => unknown)(state, deed);
}
