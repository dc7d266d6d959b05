import { env } from "cloudflare:test";

/** What {@link reference} takes on the machine that limits were set on, in milliseconds. */
const USUAL_MS = 8;
const ROUNDS = 12;

/**
 * What something costs, in milliseconds of the usual machine: the least of some rounds.
 *
 * Where it is done within the limit by the clock on the wall, that is it. Where it is not, the machine may have done
 * something else meanwhile, so that the time counts for which it kept a processor busy, by how fast that processor is.
 *
 * @param limit what it may cost: with less it is not measured again.
 * @param run what it is that is measured; what it throws is thrown.
 */
export async function costOf(limit: number, run: () => unknown): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS && least >= limit; round++) {
    const begun = performance.now();
    await run();
    least = Math.min(least, performance.now() - begun);
    if (least < limit) break;
    const slowness = Math.max(1, (await busyFor(reference)) / USUAL_MS);
    least = Math.min(least, (await busyFor(run)) / slowness);
  }
  return least;
}

/** For how long something keeps a processor busy, done once, in milliseconds: where it cannot be done again. */
export async function busyFor(run: () => unknown): Promise<number> {
  const begun = await now();
  await run();
  return (await now()) - begun;
}

/** Processor time, where the system tells it; see test/harness/runtime/processor-clock.ts. */
async function now(): Promise<number> {
  const answer = await env.PROCESSOR.fetch("http://processor/");
  const text = await answer.text();
  return text === "" ? performance.now() : Number(text);
}

const TEXTS = Array.from({ length: 40 }, (_, index) => `${index} some text that is read `.repeat(2000));

function reference(): void {
  let hash = 0;
  for (const text of TEXTS)
    for (let at = 0; at < text.length; at++) hash = (hash * 31 + text.charCodeAt(at)) | 0;
  if (hash === 0.5) throw new Error("no integer");
}
