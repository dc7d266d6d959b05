import { randomOf } from "../fixtures/random.ts";

/** The stretches of an import, in their order; the last one holds the last chunk and the error file. */
export type Phase = "upload" | "records" | "end";

/** How long each stretch takes, in milliseconds. */
export type Durations = Record<Phase, number>;

/** When to kill: in which stretch, and after which share of the time that it takes undisturbed. */
export interface Moment {
  phase: Phase;
  share: number;
}

/** The first and the last stretch are short: left to chance alone they would hardly ever be met. */
const TURNS: Phase[] = ["upload", "records", "end", "records", "records"];

/** Draws the moments to kill at, the same for the same seed. */
export function drawMoments(seed: number, kills: number): Moment[] {
  const random = randomOf(seed, kills);
  return Array.from({ length: kills }, (_, turn) => ({
    phase: TURNS[turn % TURNS.length] ?? "records",
    share: random(),
  }));
}
