import { grantAccesses } from "./held.ts";
import {
  at,
  type Invitation,
  mayGrant,
  type Of,
  refuse,
  root,
  type State,
  seesCompany,
  type Wanted,
} from "./state.ts";

const TO_ONE_ADDRESS = 5;
const FROM_ONE_SENDER = 30;

/** Invites somebody, within what one sender and one address may have; an open invitation there ends. */
export function offer(state: State, inviter: number, person: number, { company, access }: Wanted): void {
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

/** Invites by address. */
export function invite(state: State, { actor, person, company, access }: Of<"invite">): void {
  if (!seesCompany(state, actor, company)) refuse("not_found");
  if (!mayGrant(state, actor, company, access)) refuse("forbidden");
  if (!state.people[actor]?.confirmed) refuse("email_not_confirmed");
  const there = at(state, person, company);
  if (there && there.access <= access) refuse("access_exists");
  offer(state, actor, person, { company, access });
}

/** The invitation that somebody answers: theirs, and only once their mailbox has answered. */
function answered(state: State, { actor, invitation, code }: Of<"accept" | "decline">): Invitation {
  const one = state.invitations[invitation] as Invitation;
  if (one.person !== actor) refuse(code ? "forbidden" : "not_found");
  if (!state.people[actor]?.confirmed) refuse(code ? "email_not_confirmed" : "not_found");
  if (one.state !== "open") refuse("invitation_ended");
  return one;
}

/** Declines an invitation: nothing comes of it any more. */
export function decline(state: State, deed: Of<"decline">): void {
  answered(state, deed).state = "declined";
}

/** Makes an invitation an access. */
export function accept(state: State, deed: Of<"accept">): void {
  const { actor } = deed;
  const one = answered(state, deed);
  const there = at(state, actor, one.company);
  if (there) there.access = Math.min(there.access, one.access);
  else grantAccesses(state, actor, actor, [{ company: one.company, access: one.access }]);
  one.state = "accepted";
}

/** Takes an invitation back. */
export function uninvite(state: State, { actor, invitation }: Of<"uninvite">): void {
  const one = state.invitations[invitation] as Invitation;
  if (!seesCompany(state, actor, one.company)) refuse("not_found");
  if (!mayGrant(state, actor, one.company, one.access)) refuse("forbidden");
  if (one.state !== "open") refuse("invitation_ended");
  one.state = "revoked";
}
