import { env } from "cloudflare:test";
import { expect, test } from "vitest";
import { build } from "./product/product.ts";
import { propertiesBroken } from "./properties.ts";
import { apply } from "./rules/apply.ts";
import { withoutOwner } from "./rules/people.ts";
import type { Deed, State } from "./rules/state.ts";
import { deedIn, diceOf, worldOf } from "./sequence.ts";

/**
 * Who may do what to whom: sequences of deeds against the product and against a model of the rules, which must
 * agree on every answer and on all that is there after it. `MODEL_SEQUENCES` says how many, `MODEL_SEED` from which
 * seed on; a failure names the seed, and shows the deeds up to the one that differs.
 */
const SEQUENCES = Number(env.MODEL_SEQUENCES || 150);
const FIRST_SEED = Number(env.MODEL_SEED || 1);
const DEEDS = 7;
const A_TEST = 50;
const AT_ONCE = 10;

interface Difference {
  seed: number;
  deeds: Deed[];
  product: unknown;
  model: unknown;
}

const outcomes = new Map<string, number>();
const differing: number[] = [];

async function play(seed: number): Promise<Difference | null> {
  const dice = diceOf(seed);
  let state: State = worldOf(dice);
  const product = await build(state);
  // It counts from the first deed on: what is built is as it is.
  let marks = (await product.look()).withoutOwner;
  const deeds: Deed[] = [];
  for (let turn = 0; turn < DEEDS; turn++) {
    const deed = deedIn(state, dice);
    deeds.push(deed);
    const expected = apply(state, deed);
    const outcome = await product.perform(deed);
    const counted = `${deed.kind} ${outcome.split(" ", 1)[0]}`;
    outcomes.set(counted, (outcomes.get(counted) ?? 0) + 1);
    const seen = await product.look();
    const model = { outcome: expected.outcome, state: expected.state };
    const real = { outcome, state: seen.state };
    if (JSON.stringify(real) !== JSON.stringify(model)) return { seed, deeds, product: real, model };
    const broken = [
      ...propertiesBroken(state, seen.state, deed),
      ...seen.withoutOwner.flatMap((marked, company) =>
        marked !== withoutOwner(seen.state, company) && marked !== marks[company]
          ? [`company ${company} is ${marked ? "" : "not "}marked as without an owner`]
          : [],
      ),
    ];
    if (broken.length > 0) return { seed, deeds, product: broken, model: [] };
    marks = seen.withoutOwner;
    state = seen.state;
  }
  return null;
}

const seeds = Array.from({ length: SEQUENCES }, (_, index) => FIRST_SEED + index);
const parts = Array.from({ length: Math.ceil(SEQUENCES / A_TEST) }, (_, part) =>
  seeds.slice(part * A_TEST, (part + 1) * A_TEST),
);

test.each(parts.map((part) => [part[0], part.at(-1), part] as const))(
  "the product does what the model says, seeds %i to %i",
  async (_first, _last, part) => {
    const waiting = [...part];
    const playAll = async () => {
      for (let seed = waiting.shift(); seed !== undefined; seed = waiting.shift()) {
        const difference = await play(seed);
        if (difference) differing.push(seed);
        expect(difference).toBeNull();
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, playAll));
  },
  600_000,
);

test("every kind of deed was done, and refused", () => {
  const counted = [...outcomes].sort(([a], [b]) => a.localeCompare(b));
  // biome-ignore lint/suspicious/noConsole: what was tried is what this test has to show.
  console.info(
    `${SEQUENCES} sequences of ${DEEDS} deeds, ${differing.length} differences:`,
    Object.fromEntries(counted),
  );
  if (SEQUENCES < 150) return;
  for (const kind of [
    ...["grant", "replace", "revoke", "invite", "accept", "uninvite", "status", "make"],
    ...["signUp", "create", "confirm", "reset", "first", "join", "decline", "makeKey", "endKey", "useKey"],
    ...["endSession", "signOut", "refresh", "password", "see", "rename"],
  ]) {
    expect(outcomes.get(`${kind} done`), kind).toBeGreaterThan(0);
    expect([...outcomes.keys()].filter((one) => one.startsWith(`${kind} `)).length, kind).toBeGreaterThan(1);
  }
});
