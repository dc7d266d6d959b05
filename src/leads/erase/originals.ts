import { eq, sql } from "drizzle-orm";
import { type ErasedPerson, erasures, importMatches, imports } from "../../db/leads/schema.ts";
import type { ImportState } from "../../imports/import-state.ts";
import { decode } from "../../imports/readers/encodings/encodings.ts";
import type { Slice } from "../../jobs/slice.ts";
import { aMacrotask } from "../../macrotask.ts";
import { checkpoint, type Erasure, type ErasurePorts } from "./erasure-state.ts";
import { isIn } from "./person.ts";

/** The size of one ranged read: some 20 ms of looking through it. */
const READ_BYTES = 1024 * 1024;
/** What two reads have in common, so that nobody is missed whom a cut goes through; even, for UTF-16. */
const OVERLAP_BYTES = 4096;

/**
 * Removes the original of an import as a whole where the person is in it: where it is known to name them, or where
 * their e-mail or phone is found in it, as of one who was skipped as a duplicate. Its ledger stays: name, size, hash
 * and counts. (A file without one of its records would be another file under the same hash.)
 *
 * @returns whether the import is done; where not, the slice was over before.
 */
export async function eraseOriginal(
  ports: ErasurePorts,
  erasure: Erasure,
  state: ImportState,
  slice: Slice,
): Promise<boolean> {
  const { tenant, files } = ports;
  const { db } = tenant;
  const done = { importsDone: state.id, progress: null };
  const found = state.fileKey !== "" && (await hasPerson(ports, erasure, state, slice));
  if (found === null) return false;
  if (!found) {
    await checkpoint(ports, erasure, done);
    return true;
  }
  await files.delete(state.fileKey);
  await db.batch([
    db.update(imports).set({ fileKey: "" }).where(eq(imports.id, state.id)),
    checkpoint(ports, erasure, { ...done, removedOriginals: sql`${erasures.removedOriginals} + 1` }),
  ]);
  return true;
}

/** @returns whether the original has the person in it; `null` where the slice was over before that was known. */
async function hasPerson(
  ports: ErasurePorts,
  erasure: Erasure,
  state: ImportState,
  slice: Slice,
): Promise<boolean | null> {
  const person = erasure.person as ErasedPerson;
  if (person.importIds.includes(state.id)) return true;
  for (let offset = Number(erasure.progress ?? 0); offset < state.fileBytes; offset += READ_BYTES) {
    if (offset > Number(erasure.progress ?? 0) && (await slice.over())) {
      await checkpoint(ports, erasure, { progress: offset });
      return null;
    }
    const length = Math.min(READ_BYTES + OVERLAP_BYTES, state.fileBytes - offset);
    const object = await ports.files.get(state.fileKey, { range: { offset, length } });
    // It was deleted and the row does not say so yet.
    if (!object) return true;
    const { text } = decode(new Uint8Array(await object.arrayBuffer()), state.encoding);
    if (isIn(text, person)) return true;
    await aMacrotask();
  }
  return false;
}

/** The imports in which records met these leads. @param leadIds as JSON. */
export function importsThatMet(leadIds: string) {
  return sql`(SELECT ${importMatches.importId} FROM ${importMatches}
    WHERE ${importMatches.leadId} IN (SELECT value FROM json_each(${leadIds})))`;
}
