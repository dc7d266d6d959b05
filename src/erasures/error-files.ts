import { and, eq, sql } from "drizzle-orm";
import { type ErasedPerson, erasures, importRejections, imports } from "../db/leads/schema.ts";
import type { ReadingPlan } from "../imports/import-state.ts";
import { writeErrorFile } from "../imports/report/error-file.ts";
import { dots, jsonDots } from "../leads/erase/blank-statements.ts";
import { checkpoint, type ImportStep, importDone } from "./erasure-state.ts";
import { isRejectedOf, paddedPerson } from "./person.ts";
import { sparse } from "./space/spread-rows.ts";

/** How far an import's error file is. */
type Progress =
  /** The records of the person are out of the database; `file` is the checkpoint of writing the others. */
  | { step: "write"; file: unknown }
  /** The new file is in place, and the one before is to be deleted. */
  | { step: "delete"; key: string };

/**
 * Takes a person out of the rejected records of an import, and out of its error file. The file is never missing: the
 * new one is written beside it, the row says which one counts, and only then is the one before deleted.
 *
 * @returns whether the import is done; where not, the slice was over before.
 */
export async function eraseFromErrorFile(step: ImportStep): Promise<boolean> {
  const { ports, erasure, state, slice } = step;
  const { tenant, files } = ports;
  const { db } = tenant;
  let progress = erasure.progress as Progress | null;
  if (progress === null) {
    const person = erasure.person as ErasedPerson;
    const ofPerson = and(eq(importRejections.importId, state.id), isRejectedOf(person));
    const rejected = await db
      .select({ place: sql<number>`rowid` })
      .from(importRejections)
      .where(ofPerson)
      .orderBy(sql`rowid`);
    if (rejected.length === 0) {
      await importDone(step);
      return true;
    }
    progress = { step: "write", file: null };
    const rejections = [...(person.places?.rejections ?? []), ...sparse(rejected.map(({ place }) => place))];
    await db.batch([
      db
        .update(importRejections)
        .set({ cells: jsonDots(importRejections.cells), reason: dots(importRejections.reason) })
        .where(ofPerson),
      db
        .delete(importRejections)
        .where(
          and(eq(importRejections.importId, state.id), sql`substr(${importRejections.cells}, 1, 1) = '"'`),
        ),
      // In one transaction: what was deleted is known to the file that is written without it.
      checkpoint(ports, erasure, {
        progress,
        person: paddedPerson({ ...person, places: { ...person.places, rejections } }),
      }),
    ]);
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
