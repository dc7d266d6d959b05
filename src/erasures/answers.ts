import { type SQL, sql } from "drizzle-orm";
import { markErased } from "../db/directory/erased-mark.ts";
import { type ErasedPerson, keyedRequests } from "../db/leads/schema.ts";
import type { KeyedDb } from "../http/idempotency/creation.ts";
import { dropAnswers } from "../http/idempotency/erase-answers.ts";
import type { Slice } from "../jobs/slice.ts";
import { aMacrotask } from "../macrotask.ts";
import { checkpoint, type Erasure, type ErasurePorts } from "./erasure-state.ts";
import { namesFile } from "./find/in-names.ts";
import { isIn } from "./find/in-text.ts";
import { addPlaces, paddedPerson } from "./person.ts";

/** So many answers of a database are looked at in one go; those of other companies do not leave it. */
const PAGE_ROWS = 2000;

/** How far it is: the last rowid that was looked at, in the lead store and then in the directory. */
type Progress = { of: "store" | "directory"; after: number | null };

/**
 * Takes a person out of the answers that are kept for repetitions of requests, such as that to an upload of a file with
 * their name: those of the company, and those about uploads that are of no company yet, of the last 24 hours. A
 * repetition is answered by what is there by then.
 *
 * @returns whether that is done; where not, the slice was over before.
 */
export async function eraseFromAnswers(
  ports: ErasurePorts,
  erasure: Erasure,
  slice: Slice,
): Promise<boolean> {
  let progress = progressOf(erasure);
  if (progress.of === "store") {
    if (!(await eraseFrom(ports.tenant.db, ports, erasure, progress, slice))) return false;
    progress = { of: "directory", after: null };
    await checkpoint(ports, erasure, { progress });
  }
  return await eraseFrom(ports.directory, ports, erasure, progress, slice);
}

/** A number is of the store: an erasure that began before the directory was gone through as well has left it. */
function progressOf({ progress }: Erasure): Progress {
  if (typeof progress === "number") return { of: "store", after: progress };
  return (progress as Progress | null) ?? { of: "store", after: null };
}

async function eraseFrom(
  db: KeyedDb,
  ports: ErasurePorts,
  erasure: Erasure,
  begun: Progress,
  slice: Slice,
): Promise<boolean> {
  const { companyId } = erasure;
  let person = erasure.person as ErasedPerson;
  const [bounds] = await db.all<{ first: number | null; last: number | null }>(
    sql`SELECT (SELECT min(rowid) FROM ${keyedRequests}) AS first, (SELECT max(rowid) FROM ${keyedRequests}) AS last`,
  );
  const last = bounds?.last ?? 0;
  let after = begun.after ?? (bounds?.first ?? 0) - 1;
  while (after < last) {
    const page = await db.all<{ place: number; body: string }>(sql`
      SELECT rowid AS place, body FROM ${keyedRequests}
      WHERE rowid > ${after} AND rowid <= ${after + PAGE_ROWS} AND body IS NOT NULL
        AND (${says(`"company_id":${companyId}`)} OR ${says(`"company":{"id":${companyId}`)}
          OR (operation = 'openUpload' AND ${says('"company_id":null')}))
      ORDER BY rowid`);
    after += PAGE_ROWS;
    const progress: Progress = { of: begun.of, after };
    const places = page.filter(({ body }) => isAnswerWith(body, person, companyId)).map(({ place }) => place);
    if (places.length > 0) {
      const dropped = dropAnswers(db, sql`rowid IN (SELECT value FROM json_each(${JSON.stringify(places)}))`);
      person = addPlaces(person, progress.of === "store" ? "requests" : "answers", places);
      const noted = checkpoint(ports, erasure, { progress, person: paddedPerson(person) });
      if (progress.of === "store") {
        await db.batch([...dropped, noted]);
      } else {
        await ports.directory.batch([...dropped, markErased(ports.directory, ports.now())]);
        await noted;
      }
    }
    if (await slice.over()) {
      await checkpoint(ports, erasure, { progress });
      return false;
    }
    await aMacrotask();
  }
  return true;
}

function says(text: string): SQL {
  return sql`instr(body, ${text}) > 0`;
}

/** Whether an answer is the company's, or about what is of none, and has the person in it. */
function isAnswerWith(body: string, person: ErasedPerson, companyId: number): boolean {
  const { companyIds, fileNames } = namedIn(body);
  if (!companyIds.has(companyId) && !companyIds.has(null)) return false;
  return isIn(body, person) || fileNames.some((name) => namesFile(name, person));
}

/** What an answer names of companies and files, as the API shows leads, imports and what belongs to them. */
function namedIn(body: string): { companyIds: Set<unknown>; fileNames: string[] } {
  const companyIds = new Set<unknown>();
  const fileNames: string[] = [];
  JSON.parse(body, (key, value: unknown) => {
    if (key === "company_id") companyIds.add(value);
    if (key === "company") companyIds.add((value as { id?: unknown } | null)?.id);
    if (key === "file_name") fileNames.push(String(value));
    if (key === "file") fileNames.push(String((value as { name?: unknown } | null)?.name ?? ""));
    return value;
  });
  return { companyIds, fileNames };
}
