import type { ErasedPerson } from "../db/leads/schema.ts";
import { STATUS } from "../imports/state/status.ts";
import type { Slice } from "../jobs/slice.ts";
import { eraseFromAnswers } from "./answers.ts";
import {
  checkpoint,
  type ErasurePorts,
  finishErasure,
  leaseErasure,
  nextImport,
  releaseErasure,
} from "./erasure-state.ts";
import { eraseFromErrorFile } from "./error-files.ts";
import { eraseOriginal } from "./originals.ts";
import { eraseCopies } from "./space/erase-copies.ts";
import { mergeIndex } from "./space/merge-index.ts";
import { placesIn } from "./space/spread-rows.ts";
import { eraseUploads } from "./uploads.ts";

/** How long an erasure waits for an import that is still running, in milliseconds. */
const IMPORT_MS = 30_000;

/**
 * Works on an erasure from its checkpoint until it is done or the slice is over: error files, then uploads in parts, then
 * answers that are kept for repetitions, then originals, then the index, then the space that all this leaves in the file
 * of the database. Doing a step again does no harm.
 *
 * @returns the erasure that wants a message, and in how many milliseconds: this one, or the company's next.
 */
export async function advanceErasure(
  ports: ErasurePorts,
  id: number,
  slice: Slice,
): Promise<{ id: number; delay: number } | null> {
  const { tenant, now } = ports;
  const later = async (delay: number) => {
    await releaseErasure(ports, id, now() + delay);
    return { id, delay };
  };
  for (;;) {
    const erasure = await leaseErasure(ports, id);
    if (!erasure) return null;
    if (erasure.phase === "uploads") {
      if (!(await eraseUploads(ports, erasure, slice))) return later(0);
      await checkpoint(ports, erasure, { phase: "answers", progress: null });
      continue;
    }
    if (erasure.phase === "answers") {
      if (!(await eraseFromAnswers(ports, erasure, slice))) return later(0);
      await checkpoint(ports, erasure, { phase: "originals", progress: null });
      continue;
    }
    if (erasure.phase === "index") {
      const save = (begun: number) => checkpoint(ports, erasure, { progress: begun });
      if (!(await mergeIndex(tenant.client, Number(erasure.progress ?? 0), save, slice))) return later(0);
      // From here on nothing tells who it was.
      const { places = {} } = erasure.person as ErasedPerson;
      await checkpoint(ports, erasure, { phase: "space", person: null, progress: placesIn(places) });
      continue;
    }
    if (erasure.phase === "space") {
      const copies = await eraseCopies(ports, erasure, slice);
      if ("delay" in copies) return later(copies.delay);
      const next = await finishErasure(ports, erasure, copies.partial ? "partial" : "done");
      return next === undefined ? null : { id: next, delay: 0 };
    }
    const state = await nextImport(ports, erasure);
    if (!state) {
      const phase = erasure.phase === "error_files" ? "uploads" : "index";
      await checkpoint(ports, erasure, { phase, importsDone: 0, progress: null });
      continue;
    }
    // Its records are still on their way into leads and rejections.
    if (state.status <= STATUS.processing) return later(IMPORT_MS);
    const step = erasure.phase === "error_files" ? eraseFromErrorFile : eraseOriginal;
    if (!(await step({ ports, erasure, state, slice })) || (await slice.over())) return later(0);
  }
}
