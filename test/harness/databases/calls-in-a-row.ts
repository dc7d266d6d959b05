import { surround } from "../bindings.ts";
import { countingRows } from "./rows-read.ts";

/** Long enough for what is sent at the same time to be sent before the first of it is answered. */
const LATE_MS = 2;

/** What a request waited for. */
export interface Depth {
  /** How many of its calls waited for each other, one after another. */
  row: number;
  calls: number;
  rows: number;
}

/** Bindings of D1, R2 and queues that answer late, for one request. @returns them, and what it has cost so far. */
export function callsInARow(env: Env): { bindings: Env; depth: () => Depth } {
  const read = { rows: 0 };
  let answered = 0;
  let calls = 0;
  const { DIRECTORY, LEADS_0, LEADS_1 } = env;
  const counting = {
    ...env,
    DIRECTORY: countingRows(DIRECTORY, read),
    LEADS_0: countingRows(LEADS_0, read),
    LEADS_1: countingRows(LEADS_1, read),
  };
  const bindings = surround(
    counting,
    async (_, call) => {
      const place = answered + 1;
      calls += 1;
      await new Promise((resolve) => setTimeout(resolve, LATE_MS));
      try {
        return await call();
      } finally {
        answered = Math.max(answered, place);
      }
    },
    async () => {},
  );
  return { bindings, depth: () => ({ row: answered, calls, rows: read.rows }) };
}
