const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** How long an event is tried for, and how long a webhook may reach nobody before it is switched off. */
export const TRIED_FOR_MS = 72 * HOUR;

/** After which pause it is tried again, by how often it has been tried; from then on after the last of these. */
const PAUSES = [
  ...[5 * SECOND, 30 * SECOND, 2 * MINUTE, 10 * MINUTE, 30 * MINUTE],
  ...[HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR, 10 * HOUR],
];

/** So much longer a pause can be by chance, so that what failed together does not come back together. */
const JITTER = 0.2;

/**
 * How long to wait after a try that failed, in milliseconds: from 5 s to 12 h.
 *
 * @param tries how many there have been, from 1.
 * @param random from 0 to 1.
 */
export function pauseAfter(tries: number, random: number): number {
  const pause = PAUSES[Math.min(tries, PAUSES.length) - 1] ?? 0;
  return Math.round(pause * (1 + JITTER * random));
}

/** The longest that a webhook rests after runs that reached nobody. */
const LONGEST_REST = 5 * MINUTE;

/** How long a webhook rests, in milliseconds. @param failedRuns how many runs in a row have reached nobody, from 1. */
export function restAfter(failedRuns: number): number {
  return Math.min(5 * SECOND * 2 ** (failedRuns - 1), LONGEST_REST);
}
