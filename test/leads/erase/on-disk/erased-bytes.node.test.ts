import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, test } from "vitest";
import { DEMO_PASSWORD } from "../../../../src/cli/seed/data.ts";
import { sharedBuild } from "../../../harness/build.ts";
import { startWorker } from "../../../harness/worker.ts";
import { type Api, ask, HISTORIES, personOf, wordsOf } from "./histories.ts";
import { tracesIn } from "./state-files.ts";

/**
 * What is left of those who were erased in any file of the state. `VERBOSE=1` shows each place.
 *
 * Of 50 people it was 601,441 bytes, and 10,860 before src/erasures/space went over what SQLite keeps of rows it moved;
 * 5,134 were in the directory, of files that came in parts.
 */

/** One of each history, and two of each with `THOROUGH=1`; the figure of `docs/leads.md` is for 50. */
const PEOPLE = Number(process.env.ERASED_PEOPLE ?? (process.env.THOROUGH ? 32 : 16));
const folder = mkdtempSync(join(tmpdir(), "leadsy-erased-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("bytes of an erased person in the state on disk", { timeout: 600_000 }, async () => {
  const script = await sharedBuild(join(folder, "build"));
  const state = join(folder, "run");
  const worker = await startWorker({ script, folder: state });
  const names = Object.keys(HISTORIES);
  const people = Array.from({ length: PEOPLE }, (_, number) => ({
    person: personOf(number),
    history: names[number % names.length] ?? "",
  }));
  try {
    const json = { email: "owner@demo.test", password: DEMO_PASSWORD };
    const { token } = await ask({ url: worker.url, token: "none" }, "POST", "/users/login", json);
    const api: Api = { url: worker.url, token, companyId: 1 };
    const ids: number[] = [];
    for (const { person, history } of people) ids.push((await HISTORIES[history]?.(api, person)) ?? 0);
    await worker.runCron();
    for (const id of ids) await ask(api, "POST", `/leads/${id}/erase`);
    for (let turn = 0; ; turn++) {
      const { erasures } = await ask(api, "GET", `/companies/1/erasures?limit=100`);
      if (
        erasures.length === PEOPLE &&
        erasures.every((one: { status: string }) => one.status === "completed")
      )
        break;
      if (turn > 1200) throw new Error("the erasures never end");
      await sleep(200);
    }
    await worker.runCron();
  } finally {
    await worker.stop();
  }
  const again = await startWorker({ script, folder: state });
  await again.runCron();
  await again.stop();

  const traces = people.flatMap(({ person, history }) =>
    tracesIn(join(state, "state"), wordsOf(person)).map((trace) => ({ ...trace, history })),
  );
  const bytes = traces.reduce((sum, trace) => sum + trace.bytes, 0);
  // biome-ignore lint/suspicious/noConsole: the figure that this test is run for.
  console.log(
    `bytes of an erased person in the state on disk: ${bytes}, over ${PEOPLE} people of ${names.length} histories`,
  );
  // biome-ignore lint/suspicious/noConsole: on demand.
  if (process.env.VERBOSE) for (const trace of traces) console.log(JSON.stringify(trace));
  expect(traces).toEqual([]);
});
