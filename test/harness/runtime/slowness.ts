/** What {@link measure} takes on the machine that limits of time were set on, in milliseconds. */
const USUAL_MS = 8;

/** How many times slower than usual this machine is now, at least 1: limits of time are multiplied by it. */
export function slowness(): number {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 5; round++) best = Math.min(best, measure());
  return Math.max(1, best / USUAL_MS);
}

function measure(): number {
  const begun = performance.now();
  let hash = 0;
  for (const text of TEXTS)
    for (let at = 0; at < text.length; at++) hash = (hash * 31 + text.charCodeAt(at)) | 0;
  if (hash === 0.5) throw new Error("no integer");
  return performance.now() - begun;
}

const TEXTS = Array.from({ length: 40 }, (_, index) => `${index} some text that is read `.repeat(2000));
