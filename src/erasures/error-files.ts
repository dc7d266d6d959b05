import { eq, sql } from "drizzle-orm";
import { type ErasedPerson, erasures, importRejections, imports } from "../db/leads/schema.ts";
import type { Tenant } from "../db/leads/tenant.ts";
import { writeErrorFile } from "../imports/report/error-file.ts";
import { rejectionsFrom } from "../imports/report/error-rows.ts";
import type { ReadingPlan } from "../imports/state/import-state.ts";
import { dots, jsonDots } from "../leads/erase/blank-statements.ts";
import { aMacrotask } from "../macrotask.ts";
import { eraseFromImages, type ImagesProgress } from "./before-images.ts";
import { checkpoint, type ImportStep, importDone } from "./erasure-state.ts";
import { recordMatcher } from "./find/in-records.ts";
import { eraseLeadsMade } from "./find/leads-made.ts";
import { eraseFromLedger } from "./ledger.ts";
import { addPlaces, paddedPerson } from "./person.ts";

/** How far an import's error file is. */
type Progress =
  | ImagesProgress
  /** Nothing that leads were before the import is of the person. */
  | { step: "ledger" }
  /** The records before `next` were looked through, and some of them were of the person. */
  | { step: "find"; next: number; erased: boolean }
  /** The records of the person are out of the database; `file` is the checkpoint of writing the others. */
  | { step: "write"; file: unknown }
  /** The new file is in place, and the one before is to be deleted. */
  | { step: "delete"; key: string };

/**
 * Takes a person out of what leads were before an import, out of its rejected records, and out of its error file. The
 * file is never missing: the new one is written beside it, the row says which one counts, and only then is the one
 * before deleted.
 *
 * @returns whether the import is done; where not, the slice was over before.
 */
export async function eraseFromErrorFile(step: ImportStep): Promise<boolean> {
  const { ports, erasure, state, slice } = step;
  const { tenant, files } = ports;
  const { db } = tenant;
  let progress = (erasure.progress as Progress | null) ?? { step: "images", next: 1 };
  if (progress.step === "images") {
    if (erasure.progress === null && (await eraseLeadsMade(step))) return true;
    // Those of an import that updated nothing, or ended long ago, are none, and known to be.
    const blanked =
      state.imagesFrom !== null &&
      (await eraseFromImages(step, progress, { step: "ledger" } satisfies Progress));
    if (blanked === null) return false;
    if (blanked) return true;
    progress = { step: "ledger" };
  }
  if (progress.step === "ledger") {
    const erased = state.errorFileKey !== null;
    // The row is read again: what named the person in it may be in the header of the error file.
    if (await eraseFromLedger(step, { step: "find", next: 1, erased } satisfies Progress)) return true;
    progress = { step: "find", next: 1, erased: false };
  }
  if (progress.step === "find") {
    const looked = await eraseRejections(step, progress);
    if (looked === null) return false;
    if (!looked.erased) {
      await importDone(step);
      return true;
    }
    progress = { step: "write", file: null };
    await checkpoint(ports, erasure, { progress });
  }
  if (progress.step === "write") {
    const { errorFileKey } = state;
    if (errorFileKey === null) {
      await importDone(step);
      return true;
    }
    const key = `imports/${state.importCode}/errors-${erasure.id}.csv`;
    const file = {
      importId: state.id,
      plan: state.layout as ReadingPlan,
      key,
      progress: progress.file,
      async saveProgress(saved: unknown) {
        await checkpoint(ports, erasure, { progress: { step: "write", file: saved } satisfies Progress });
      },
    };
    if (!(await writeErrorFile(tenant, files, file, slice))) return false;
    progress = { step: "delete", key: errorFileKey };
    await db.batch([
      db.update(imports).set({ errorFileKey: key }).where(eq(imports.id, state.id)),
      checkpoint(ports, erasure, {
        progress,
        rewrittenErrorFiles: sql`${erasures.rewrittenErrorFiles} + 1`,
      }),
    ]);
  }
  await files.delete(progress.key);
  await importDone(step);
  return true;
}

/** @returns whether there were any; `null` where the slice was over before all were looked through. */
async function eraseRejections(
  { ports, erasure, state, slice }: ImportStep,
  begun: Extract<Progress, { step: "find" }>,
): Promise<{ erased: boolean } | null> {
  const { tenant } = ports;
  let person = erasure.person as ErasedPerson;
  const isTheirs = recordMatcher(state, person);
  let { next, erased } = begun;
  for (;;) {
    const page = await rejectionsFrom(tenant, state.id, next);
    const last = page.at(-1);
    if (!last) return { erased };
    next = last.record + 1;
    const theirs = page.filter(({ cells, reason }) => isTheirs(JSON.parse(cells) as string[], reason));
    const isOver = await slice.over();
    if (theirs.length > 0) {
      erased = true;
      const places = theirs.map(({ place }) => place).toSorted((a, b) => a - b);
      person = addPlaces(person, "rejections", places);
      await tenant.db.batch([
        ...eraseStatements(tenant, places),
        // In one transaction: what was deleted is known to the file that is written without it.
        checkpoint(ports, erasure, {
          progress: { step: "find", next, erased } satisfies Progress,
          person: paddedPerson(person),
        }),
      ]);
    } else if (isOver) {
      await checkpoint(ports, erasure, { progress: { step: "find", next, erased } satisfies Progress });
    }
    if (isOver) return null;
    await aMacrotask();
  }
}

function eraseStatements({ db }: Tenant, rowids: number[]) {
  const theirs = sql`rowid IN (SELECT value FROM json_each(${JSON.stringify(rowids)}))`;
  return [
    db
      .update(importRejections)
      .set({ cells: jsonDots(importRejections.cells), reason: dots(importRejections.reason) })
      .where(theirs),
    db.delete(importRejections).where(theirs),
  ] as const;
}
