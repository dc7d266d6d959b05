import { eq, sql } from "drizzle-orm";
import { type ErasedPerson, erasures, importMatches, imports } from "../db/leads/schema.ts";
import { decode } from "../imports/readers/encodings/encodings.ts";
import { packingOf } from "../imports/readers/file-kind.ts";
import { FileProblem } from "../imports/readers/file-problem.ts";
import { readerOf } from "../imports/readers/readers.ts";
import { CHUNK_LIMITS, type ReadFrom } from "../imports/readers/records.ts";
import type { ReadingPlan } from "../imports/state/import-state.ts";
import { packedTexts } from "../imports/unpack/packed-texts.ts";
import { openFile, type ReadableFile } from "../imports/unpack/stored-file.ts";
import { madeOf } from "../imports/unpack/unpacked.ts";
import { aMacrotask } from "../macrotask.ts";
import { checkpoint, type ImportStep, importDone } from "./erasure-state.ts";
import { externalIdMatcher, hasExternalIds } from "./find/in-records.ts";
import { isCellIn, isIn } from "./find/in-text.ts";

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
export async function eraseOriginal(step: ImportStep): Promise<boolean> {
  const { ports, state } = step;
  const { tenant, files } = ports;
  const { db } = tenant;
  const namesPerson = state.fileKey !== "" && (await hasPerson(step));
  if (namesPerson === null) return false;
  if (!namesPerson) {
    await importDone(step);
    return true;
  }
  await files.delete([state.fileKey, ...(state.unpacked ? madeOf(state.importCode, state.unpacked) : [])]);
  await db.batch([
    db.update(imports).set({ fileKey: "" }).where(eq(imports.id, state.id)),
    importDone(step, { removedOriginals: sql`${erasures.removedOriginals} + 1` }),
  ]);
  return true;
}

/** @returns whether the original has the person in it; `null` where the slice was over before that was known. */
async function hasPerson(step: ImportStep): Promise<boolean | null> {
  const { ports, erasure, state, slice } = step;
  const person = erasure.person as ErasedPerson;
  if (person.importIds.includes(state.id)) return true;
  const progress = erasure.progress as number | { ids: ReadFrom } | null;
  if (typeof progress === "object" && progress !== null) return await isKeyedIn(step, progress.ids);
  const file = openFile(ports.files, { key: state.fileKey, bytes: state.fileBytes });
  try {
    if (packingOf(await file.read(0, 8)) !== null) return await isPackedIn(step, file);
  } catch (error) {
    // Deleted while the row does not say so yet, or never to be looked into: nobody can say that they are not in it.
    if (error instanceof FileProblem) return true;
    throw error;
  }
  const begun = progress ?? 0;
  for (let offset = begun; offset < state.fileBytes; offset += READ_BYTES) {
    if (offset > begun && (await slice.over())) {
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
  return isLookedForById(step) ? await isKeyedIn(step, { offset: 0, record: 1, line: 1 }) : false;
}

/** Whether the person has external ids, and the import a column of such. */
function isLookedForById({ erasure, state }: ImportStep): boolean {
  const { externalIds = [] } = erasure.person as ErasedPerson;
  return externalIds.length > 0 && hasExternalIds(state);
}

/** Looks for the person's external ids in the columns that the import read as such, record by record. */
async function isKeyedIn(
  { ports, erasure, state, slice }: ImportStep,
  from: ReadFrom,
): Promise<boolean | null> {
  const { delimiter, quote, header } = state.layout as ReadingPlan;
  const isTheirs = externalIdMatcher(state, erasure.person as ErasedPerson);
  const chunks = readerOf(state.unpacked?.readAs ?? { as: "csv" }, state.encoding).records(
    openFile(ports.files, { key: state.fileKey, bytes: state.fileBytes }),
    from,
    { delimiter, quote, header, contacts: [], tags: [] },
    CHUNK_LIMITS,
  );
  try {
    for await (const { records, endOffset: offset, firstRecord, nextLine: line } of chunks) {
      if (records.some(({ cells }) => isTheirs(cells))) return true;
      if (offset < state.fileBytes && (await slice.over())) {
        const ids: ReadFrom = { offset, record: firstRecord + records.length, line };
        await checkpoint(ports, erasure, { progress: { ids } });
        return null;
      }
      await aMacrotask();
    }
  } catch (error) {
    // The import could not read it either: nobody can say that they are not in the rest.
    if (error instanceof FileProblem) return true;
    throw error;
  }
  return false;
}

/** A step looks through at least this share of what it had to unpack again. */
const LEAST_PROGRESS = 0.25;

/** The same of an archive or a workbook, whose progress is the number of texts that were looked through. */
async function isPackedIn(
  { ports, erasure, state, slice }: ImportStep,
  file: ReadableFile,
): Promise<boolean | null> {
  const before = Number(erasure.progress ?? 0);
  const person = erasure.person as ErasedPerson;
  const externalIds = isLookedForById({ ports, erasure, state, slice }) ? (person.externalIds ?? []) : [];
  let texts = 0;
  for await (const text of packedTexts(file, state.encoding)) {
    texts += 1;
    if (texts <= before) continue;
    if (text === null || isIn(text, person)) return true;
    // Its records are not at hand any more: an external id is looked for in all of its cells.
    if (externalIds.some((externalId) => isCellIn(text, externalId))) return true;
    if (texts - before > before * LEAST_PROGRESS && (await slice.over())) {
      await checkpoint(ports, erasure, { progress: texts });
      return null;
    }
    await aMacrotask();
  }
  return false;
}

/** The imports in which records met these leads. @param leadIds as JSON. */
export function importsThatMet(leadIds: string) {
  return sql`(SELECT ${importMatches.importId} FROM ${importMatches}
    WHERE ${importMatches.leadId} IN (SELECT value FROM json_each(${leadIds})))`;
}
