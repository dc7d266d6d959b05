import { endDevices, type Of, type Person, refuse, type Session, type State } from "./state.ts";

/** Ends a session of one's own; another's is none that there is. */
export function endSession(state: State, { actor, session }: Of<"endSession">): void {
  const one = state.sessions[session] as Session;
  if (one.person !== actor || !one.open) refuse("not_found");
  one.open = false;
}

/** A device signs out. */
export function signOut(state: State, { session }: Of<"signOut">): void {
  const one = state.sessions[session] as Session;
  if (!one.open || state.people[one.person]?.status !== "active") refuse("unauthorized");
  one.open = false;
}

/** A device gets its next tokens. A token that comes a second time is in two hands: the session ends for both. */
export function refresh(state: State, { session, stolen }: Of<"refresh">): void {
  const one = state.sessions[session] as Session;
  if (!one.open) refuse("session_ended");
  if (stolen && one.refreshed) {
    one.open = false;
    refuse("session_ended", { changes: true });
  }
  if (state.people[one.person]?.status !== "active") refuse("session_ended");
  one.refreshed = true;
}

/** Changes one's password: other devices are out, and it is the person's own from then on. */
export function changePassword(state: State, { actor, typed }: Of<"password">): void {
  const account = state.people[actor] as Person;
  if (account.password !== typed) refuse("wrong_password");
  account.password = "own";
  endDevices(state, actor);
}
