import type * as z from "zod";
import type { ImportFile, ImportFileAnswer } from "../../imports/schemas.ts";
import { STATUS } from "../../imports/state/status.ts";
import type { Ask } from "./client.ts";

export type Import = z.output<typeof ImportFile>;

const EVERY = 150;
const TIMEOUT_MS = 120_000;
const UNFINISHED: number[] = [STATUS.pending, STATUS.processing];

/**
 * Polls an import until it has ended, in whatever way.
 *
 * @param onPoll is told of each state, the last one included.
 * @throws where nothing moves for two minutes.
 */
export async function followImport(ask: Ask, code: string, onPoll: (now: Import) => void): Promise<Import> {
  let moved = Date.now();
  let last = "";
  for (;;) {
    const { import_file: now } = await ask<z.output<typeof ImportFileAnswer>>(`/import/${code}`);
    onPoll(now);
    if (!UNFINISHED.includes(now.status)) return now;
    const state = `${now.status} ${now.processed_records} ${now.progress}`;
    if (state !== last) moved = Date.now();
    if (Date.now() - moved > TIMEOUT_MS) throw new Error(`Import ${code} has not moved for two minutes.`);
    last = state;
    await new Promise((resolve) => setTimeout(resolve, EVERY));
  }
}
