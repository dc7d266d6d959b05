import type { Slice } from "../../jobs/slice.ts";
import { aMacrotask } from "../../macrotask.ts";
import { Superseded } from "../pipeline/superseded.ts";
import { decideStep } from "./step/decide-step.ts";
import { findConflicts } from "./step/find-conflicts.ts";
import { readStep, STEP_RECORDS } from "./step/read-step.ts";
import { writeStep } from "./step/write-step.ts";
import { finishUndo, isErasing, leaseUndo, releaseUndo, type Undo, type UndoPorts } from "./undo-state.ts";

/** The outcome of a slice of an undo. */
export interface UndoSlice {
  ended: boolean;
  /** The code of the import that wants a message: this one, or the next one of the company that is undone. */
  next: string | undefined;
  /** In how many milliseconds. */
  delay?: number;
}

/** How long an undo waits for an erasure. */
const ERASURE_MS = 5_000;

/**
 * Takes back an import from its checkpoint, the last records first, until that is done or the slice is over. However
 * often it is called, and by however many at once, each record is taken back once.
 *
 * @throws on trouble with D1: the caller tries again later.
 */
export async function advanceUndo(
  ports: UndoPorts,
  importCode: string,
  slice: Slice,
  stepRecords = STEP_RECORDS,
): Promise<UndoSlice> {
  for (;;) {
    let undo = await leaseUndo(ports, importCode);
    if (!undo) return { ended: false, next: undefined };
    if (await isErasing(ports, undo)) {
      await releaseUndo(ports, importCode, ports.now() + ERASURE_MS);
      return { ended: false, next: importCode, delay: ERASURE_MS };
    }
    try {
      while (undo.nextRecord > 0) {
        undo = await undoStep(ports, undo, stepRecords);
        if (undo.nextRecord > 0 && (await slice.over())) {
          await releaseUndo(ports, importCode, ports.now());
          return { ended: false, next: importCode };
        }
        await aMacrotask();
      }
      return { ended: true, next: await finishUndo(ports, undo) };
    } catch (error) {
      // Another delivery has done the step, somebody has changed one of its leads, or asked to erase a person: it is
      // read again.
      if (!(error instanceof Superseded)) throw error;
    }
  }
}

/** Undoes the records of one step. @returns the undo as it stands then. */
async function undoStep(ports: UndoPorts, undo: Undo, stepRecords: number): Promise<Undo> {
  const step = await readStep(ports.tenant, undo, stepRecords);
  const conflicts = await findConflicts(ports.tenant, undo, step);
  await writeStep(ports, undo, step, conflicts, decideStep(step, conflicts));
  return { ...undo, nextRecord: step.from - 1 };
}
