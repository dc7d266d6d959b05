import { env } from "cloudflare:test";
import { type Caller, RIVALS, type SideName } from "./callers.ts";

/** Which sides a caller asks about on a route. */
export type Sample = (caller: Caller, side: SideName) => boolean;

/** All of them, about all. */
export const EVERYONE: Sample = () => true;

/** Who is tried on every route about A: nobody, each role, and keys with its scope and with all others. */
const ABOUT_A = [
  ...["anonymous", "owner of A", "manager of A", "agent of A", "viewer of A", "operator"],
  ...["key of A with the one scope", "key of A with all other scopes"],
];
/** Who is tried on every route about both strangers: who reaches most of A. */
const ABOUT_RIVALS = ["owner of A"];

/**
 * What is tried of a route where another one of the same policy is walked in full; with `CONFORMANCE=whole`, as in CI, each is.
 *
 * What is left out is what the same code decides as on that other route: why a token does not count, that an access
 * reaches down to a child and not up to a parent, that to a caller both strangers are the same. Of that each route has
 * some, by turns. On every route are tried each role, the route's scope, and what is another company's.
 *
 * @param turn the number of the route: over some routes, each caller has asked about each side.
 * @param callers all callers, in their order.
 */
export function sampleOf(turn: number, callers: Caller[]): Sample {
  if (env.THOROUGH || env.CONFORMANCE === "whole") return EVERYONE;
  const byTurns = (some: Caller[], count: number, from = turn * count) =>
    Array.from({ length: Math.min(count, some.length) }, (_, step) => some[(from + step) % some.length]);
  const others = callers.filter(({ name }) => !ABOUT_A.includes(name));
  const useless = others.filter(({ standing }) => standing === "nobody");
  const useful = others.filter(({ standing }) => standing !== "nobody");
  const ofA = callers.filter((caller) => caller.standing !== "nobody" && !isOfRival(caller));
  const asks = {
    a: new Set([...byTurns(useless, 1), ...byTurns(useful, 2)]),
    b: new Set([...byTurns(ofA, 2), ...byTurns(useless, 1, turn + 1)]),
    c: new Set([...byTurns(ofA, 2, turn * 2 + Math.floor(ofA.length / 2)), ...byTurns(useless, 1, turn + 2)]),
  };
  return (caller, side) => {
    if (side === "a" ? ABOUT_A.includes(caller.name) : ABOUT_RIVALS.includes(caller.name)) return true;
    // Each stranger about themselves: B is on another store.
    if (isOfRival(caller) && typeof caller.standing !== "string" && caller.standing[side]) return true;
    return asks[side].has(caller);
  };
}

function isOfRival({ standing }: Caller): boolean {
  return typeof standing !== "string" && RIVALS.some((side) => standing[side] !== undefined);
}
