import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, test } from "vitest";
import { signIn } from "../../bench/measure/api-client.ts";
import { generateLeads } from "../../fixtures/generate-leads.ts";
import { sharedBuild } from "../../harness/build.ts";
import { type RunningWorker, startWorker } from "../../harness/worker.ts";
import { type Heard, heardFrom } from "./listening.ts";

/** `LISTENERS=50 EVENT_RECORDS=60000 VERBOSE=1 npm test -- restart.node` is the figure of issue 13. */
const LISTENERS = Number(process.env.LISTENERS ?? 8);
const RECORDS = Number(process.env.EVENT_RECORDS ?? 6_000);

const folder = mkdtempSync(join(tmpdir(), "leadsy-events-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** As an `EventSource` does it: connects again wherever the stream breaks off, with the number that it saw last. */
async function listen(eventsOf: () => string | null, heard: Heard[]): Promise<void> {
  for (;;) {
    const url = eventsOf();
    const last = heard.findLast(({ id }) => id !== null)?.id;
    try {
      if (url !== null) {
        const answer = await fetch(url, last ? { headers: { "Last-Event-ID": String(last) } } : {});
        if (answer.status !== 200) throw new Error(`${answer.status} ${await answer.text()}`);
        for await (const event of heardFrom(answer.body as never)) {
          heard.push(event);
          if (event.type === "done") return;
        }
      }
    } catch (error) {
      // Only a Worker that is away is waited for.
      if (!(error instanceof TypeError)) throw error;
    }
    await sleep(100);
  }
}

test("each of many listeners sees every number once, across a restart of the Worker", async () => {
  const script = await sharedBuild(join(folder, "build"));
  const start = () =>
    startWorker({ script, folder: join(folder, "run"), vars: { STALLED_AFTER_SECONDS: "0.001" } });
  let worker: RunningWorker | null = await start();
  const authorization = await signIn(worker.url, "owner@demo.test");
  const { chunks } = generateLeads({ seed: 3, records: RECORDS, questions: false });
  const answer = await fetch(`${worker.url}/api/v1/import?company_id=1`, {
    method: "POST",
    headers: { Authorization: authorization, "Content-Type": "text/csv" },
    body: new Blob([...chunks()]),
  });
  const { import_file: accepted } = (await answer.json()) as { import_file: { events_url: string } };
  const path = accepted.events_url.replace(/^.*?\/api\//, "/api/");
  const eventsOf = () => worker && `${worker.url}${path}`;
  const all = Array.from({ length: LISTENERS }, (): Heard[] => []);
  const listening = Promise.all(all.map((heard) => listen(eventsOf, heard)));
  listening.catch(() => {});
  try {
    while (!all.every((heard) => heard.length > 0)) await sleep(20);
    while (!all.some((heard) => heard.some(({ data }) => data.import_file.processed_records > 0)))
      await sleep(20);
    const away = worker;
    worker = null;
    await away.kill();
    worker = await start();
    await worker.runCron();
    await listening;
  } finally {
    await worker?.stop();
  }
  const end = all[0]?.at(-1)?.id ?? 0;
  for (const heard of all) {
    const ids = heard.map(({ id }) => id);
    // Those who came later than others begin with the number of their moment.
    expect(ids).toEqual(Array.from({ length: ids.length }, (_, index) => end - ids.length + 1 + index));
    expect(heard.at(-1)?.data.import_file).toMatchObject({
      progress: 100,
      total_records: RECORDS,
      seconds_left: null,
    });
  }
  // biome-ignore lint/suspicious/noConsole: the figure that this test is run for.
  console.log(
    `events: ${LISTENERS} listeners, numbers up to ${end}, each heard ${Math.min(...all.map((one) => one.length))} to ${Math.max(...all.map((one) => one.length))} of them, none twice, none left out`,
  );
});
