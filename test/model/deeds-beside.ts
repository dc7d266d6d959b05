import { type Deed, NOBODY, type SeenOfCompany, type SeenOfPerson, type State } from "./rules/state.ts";
import type { Dice } from "./sequence.ts";

const OF_PERSON: SeenOfPerson[] = ["user", "accesses", "own trail", "pending"];
const OF_COMPANY: SeenOfCompany[] = ["company", "members", "invitations", "keys", "trail"];

/** What goes on beside accesses: keys of programs, devices, passwords, reading, names. */
export function deedBeside(state: State, dice: Dice): Deed {
  const { people, companies, held, keys, sessions } = state;
  const someone = () => dice.below(people.length);
  const row = held.length > 0 && dice.chance(0.7) ? dice.one(held) : null;
  const actor = row?.person ?? someone();
  const company = row && dice.chance(0.7) ? row.company : dice.below(companies.length);
  const person = dice.chance(0.2) ? actor : someone();
  const roll = dice.below(100);
  if (keys.length > 0 && dice.chance(0.5)) return deedWithKey(state, dice, actor, company);
  if (roll < 20) return { kind: "makeKey", actor, company, access: dice.one([2, 3, 4]) };
  if (roll < 56 && sessions.length > 0) {
    const session = dice.below(sessions.length);
    const { person: owner = actor, refreshed = false } = sessions[session] ?? {};
    if (roll < 27) return { kind: "signOut", actor: NOBODY, session };
    if (roll < 35) return { kind: "endSession", actor: dice.chance(0.6) ? owner : actor, session };
    return { kind: "refresh", actor: NOBODY, session, stolen: refreshed && dice.chance(0.6) };
  }
  if (roll < 61) return { kind: "password", actor, typed: dice.chance(0.7) ? "own" : "stranger" };
  if (roll < 70) {
    return dice.chance(0.5)
      ? { kind: "rename", actor, what: "user", of: person }
      : { kind: "rename", actor, what: "company", of: company };
  }
  return dice.chance(0.5)
    ? { kind: "see", actor, what: dice.one(OF_PERSON), of: person }
    : { kind: "see", actor, what: dice.one(OF_COMPANY), of: company };
}

/** A program calls, or somebody who may, or almost may, ends its key. */
function deedWithKey({ held, keys }: State, dice: Dice, actor: number, company: number): Deed {
  const key = dice.below(keys.length);
  const { company: home = company } = keys[key] ?? {};
  if (dice.chance(0.5)) {
    const managers = held.filter((one) => one.company === home && one.access <= 2);
    const able = managers.length > 0 && dice.chance(0.5) ? dice.one(managers).person : actor;
    return { kind: "endKey", actor: able, key };
  }
  const use = dice.one(["read", "write", "invite"] as const);
  return { kind: "useKey", actor: NOBODY, key, company: dice.chance(0.6) ? home : company, use };
}
