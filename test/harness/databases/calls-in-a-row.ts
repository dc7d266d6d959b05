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
  /** With index entries, as D1 bills them. */
  written: number;
  /** Each call: its place in the row, its database, and what it asks. */
  trail: string[];
}

/** Bindings of D1, R2 and queues that answer late, for one request. @returns them, and what it has cost so far. */
export function callsInARow(env: Env): { bindings: Env; depth: () => Depth } {
  const read = { rows: 0, written: 0 };
  let answered = 0;
  let calls = 0;
  const trail: string[] = [];
  const { DIRECTORY, LEADS_0, LEADS_1 } = env;
  const counting = {
    ...env,
    DIRECTORY: countingRows(DIRECTORY, read),
    LEADS_0: countingRows(LEADS_0, read),
    LEADS_1: countingRows(LEADS_1, read),
  };
  const bindings = surround(
    counting,
    async ({ binding, name, texts }, call) => {
      const place = answered + 1;
      calls += 1;
      trail.push(`${place} ${binding} ${name} ${texts.map(inShort).join(" ; ")}`);
      await new Promise((resolve) => setTimeout(resolve, LATE_MS));
      try {
        return await call();
      } finally {
        answered = Math.max(answered, place);
      }
    },
    async () => {},
  );
  return { bindings, depth: () => ({ row: answered, calls, rows: read.rows, written: read.written, trail }) };
}

/** What a statement asks, without most of the columns that it names. */
function inShort(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  const from = line.indexOf(" from ");
  return line.length > 160 && from > 30
    ? `${line.slice(0, 30)} …${line.slice(from, from + 130)}`
    : line.slice(0, 160);
}
