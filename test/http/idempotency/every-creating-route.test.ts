import { createExecutionContext, env, waitOnExecutionContext } from "cloudflare:test";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { app } from "../../../src/app.ts";
import { acceptsKey } from "../../../src/http/route-spec.ts";
import { ROUTES } from "../../../src/routes.ts";
import { requestOf } from "../../harness/api.ts";
import { type Around, surround } from "../../harness/bindings.ts";
import { undisturbed } from "../../harness/failing-operation.ts";
import { howMany } from "../../harness/runtime/how-many.ts";
import { createWorld, SCENARIOS, type Scenario, type World } from "./scenarios.ts";

const OPERATIONS = ROUTES.filter(({ spec }) => acceptsKey(spec)).map(({ spec }) => spec.operationId);
const LEASE_MS = 60_000;
const unlimited = { limit: async () => ({ success: true }) };
const UNLIMITED = { ...env, CREATE_LIMIT: unlimited, REQUEST_LIMIT: unlimited } as unknown as Env;

let world: World;
let tries = 0;

beforeAll(async () => {
  world = await createWorld();
});
beforeEach(() => void vi.spyOn(console, "error").mockImplementation(() => {}));
afterEach(() => void vi.useRealTimers());
afterAll(() => {
  // biome-ignore lint/suspicious/noConsole: the figure that this test is run for.
  console.log(
    `idempotency: ${OPERATIONS.length} routes, ${tries} tries broken off or overtaken, each done once`,
  );
});

interface Answer {
  status: number;
  text: string;
  replayed: boolean;
  location: string | null;
}

/** Sends a scenario's request with a key. */
async function send({ path, asked }: Scenario, key: string, around: Around): Promise<Answer> {
  const context = createExecutionContext();
  const request = requestOf(path, { ...asked, headers: { ...asked.headers, "Idempotency-Key": key } });
  const answer = await app.fetch(
    request,
    surround(UNLIMITED, around, async () => {}),
    context,
  );
  // A secret is shown once: a repetition has null in its place.
  const text = (await answer.text()).replace(/"(secret|token)":"[^"]+"/, '"$1":null');
  await waitOnExecutionContext(context);
  return {
    status: answer.status,
    text,
    replayed: answer.headers.get("Idempotent-Replayed") === "true",
    location: answer.headers.get("Location"),
  };
}

/** The same once the lease of the request that broke off is over. */
async function sendLater(scenario: Scenario, key: string): Promise<Answer> {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + LEASE_MS + 1000 });
  try {
    return await send(scenario, key, undisturbed);
  } finally {
    vi.useRealTimers();
  }
}

/** What an answer says; its links to files count by when it was given. */
function essence({ status, text, location }: Answer) {
  return { status, location, text: text.replaceAll(/expires=\d+&signature=[\w-]+/g, "") };
}

const isCreated = ({ status }: Answer) => [200, 201, 202].includes(status);

test("every route that creates has a scenario", () => {
  expect(Object.keys(SCENARIOS).sort()).toEqual(OPERATIONS.toSorted());
});

/**
 * Of the operations of a try every fifth one fails, in each of the ways other ones: together it is all of them, and over
 * five routes each of them in every way.
 */
const STEP = howMany(5, 1);

describe.each(OPERATIONS.map((operation, turn) => [operation, turn] as const))("%s", (operation, turn) => {
  const scenarioOf = () => SCENARIOS[operation]?.(world) as Scenario;

  test.each([
    ["fails before it takes effect", { before: true, dies: false, start: 0 }],
    ["fails after it took effect", { before: false, dies: false, start: 1 }],
    ["is the last before the Worker dies, and does not take effect", { before: true, dies: true, start: 2 }],
    ["is the last before the Worker dies, and takes effect", { before: false, dies: true, start: 3 }],
  ])("creates one, whatever operation %s", async (_, { before, dies, start }) => {
    for (let at = (start + turn) % STEP, reached = true; reached; at += STEP) {
      const scenario = await scenarioOf();
      const key = crypto.randomUUID();
      let index = 0;
      const first = await send(scenario, key, async (_, call) => {
        const position = index++;
        if (dies && position > at) throw new Error("dead");
        if (position !== at) return call();
        if (before) throw new Error("thrown before");
        await call();
        throw new Error("thrown after");
      });
      reached = index > at;
      const said = `operation ${at}: ${first.status} ${first.text}`;
      // A Worker that lives frees the key at once; of one that died the lease is waited for.
      const second = await (dies ? sendLater(scenario, key) : send(scenario, key, undisturbed));
      expect(isCreated(second), `${said}; then ${second.status} ${second.text}`).toBe(true);
      expect(await scenario.count(), said).toBe(1);
      if (isCreated(first)) expect(essence(second), said).toEqual(essence(first));
      const third = await send(scenario, key, undisturbed);
      expect(third, said).toEqual({ ...second, replayed: true });
      expect(await scenario.count(), said).toBe(1);
      tries += 1;
    }
  });

  test("creates one where a try is overtaken by its repetition, at whatever operation", async () => {
    for (let at = (4 + turn) % STEP, reached = true; reached; at += STEP) {
      const scenario = await scenarioOf();
      const key = crypto.randomUUID();
      const held = Promise.withResolvers<void>();
      const stopped = Promise.withResolvers<void>();
      let index = 0;
      const slow = send(scenario, key, async (_, call) => {
        if (index++ === at) {
          stopped.resolve();
          await held.promise;
        }
        return call();
      });
      await Promise.race([stopped.promise, slow]);
      reached = index > at;
      const overtaking = await sendLater(scenario, key);
      held.resolve();
      const overtaken = await slow;
      const said = `operation ${at}: ${overtaken.status} ${overtaken.text}; ${overtaking.status} ${overtaking.text}`;
      expect([isCreated(overtaken), isCreated(overtaking)], said).toEqual([true, true]);
      expect(await scenario.count(), said).toBe(1);
      expect(overtaken.location, said).toBe(overtaking.location);
      tries += 1;
    }
  });

  test("creates one of eight at once", async () => {
    const scenario = await scenarioOf();
    const key = crypto.randomUUID();
    const answers = await Promise.all(Array.from({ length: 8 }, () => send(scenario, key, undisturbed)));
    for (const answer of answers) expect([200, 201, 202, 409], answer.text).toContain(answer.status);
    expect(new Set(answers.filter(isCreated).map(({ text }) => text)).size).toBe(1);
    expect(await scenario.count()).toBe(1);
  });
});
