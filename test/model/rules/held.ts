import { at, type Held, isLastOwner, of, refuse, type State, type Wanted } from "./state.ts";

/** Gives accesses to companies that somebody has none in; the first one of all is the primary one. */
export function grantAccesses(state: State, granter: number, person: number, wanted: Wanted[]): void {
  for (const { company, access } of wanted) {
    if (at(state, person, company)) continue;
    const primary = of(state, person).length === 0;
    const granted = granter === person ? [] : [{ by: granter, access }];
    state.held.push({ person, company, access, primary, suspended: false, granted });
  }
  const chosen = wanted.find((one) => one.primary);
  if (chosen) prefer(state, person, chosen.company);
}

/** Makes an access another one. */
export function changeAccess(row: Held, actor: number, access: number): void {
  if (row.access !== access && actor !== row.person) row.granted.push({ by: actor, access });
  row.access = access;
}

/** Makes an access the primary one. */
export function prefer(state: State, person: number, company: number): void {
  for (const one of of(state, person)) one.primary = one.company === company;
}

/** Takes an access; where it was the primary one, the oldest becomes it. Everybody may leave. */
export function removeAccess(state: State, row: Held, actor: number): void {
  if (row.person !== actor && isLastOwner(state, row)) refuse("last_owner");
  state.held.splice(state.held.indexOf(row), 1);
  const oldest = of(state, row.person)[0];
  if (row.primary && oldest) oldest.primary = true;
}
