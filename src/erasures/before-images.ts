import { sql } from "drizzle-orm";
import { type ErasedPerson, importMatches } from "../db/leads/schema.ts";
import type { Tenant } from "../db/leads/tenant.ts";
import type { BeforeImage } from "../imports/undo/step/read-step.ts";
import { blankImages } from "../leads/erase/blank-statements.ts";
import { aMacrotask } from "../macrotask.ts";
import { checkpoint, type ImportStep } from "./erasure-state.ts";
import { isIn } from "./find/in-text.ts";
import { addPlaces, paddedPerson } from "./person.ts";

/** How far the before-images of an import are: those of records before `next` were looked through. */
export interface ImagesProgress {
  step: "images";
  next: number;
}

/**
 * Blanks what leads were before imports where that is the person: an import may have made somebody else of their lead,
 * and its undo would bring them back. All images of such a lead go, since others have the rest of them, such as a
 * name; an undo then leaves the lead as it is.
 *
 * @param after the checkpoint after which the images of this import are done.
 * @returns whether there were any: the erasure's row has changed then. `null` where the slice was over before.
 */
export async function eraseFromImages(
  { ports, erasure, state, slice }: ImportStep,
  begun: ImagesProgress,
  after: unknown,
): Promise<boolean | null> {
  const { tenant } = ports;
  let person = erasure.person as ErasedPerson;
  let erased = false;
  let { next } = begun;
  for (;;) {
    const page = await imagesFrom(tenant, state.id, next);
    const last = page.at(-1);
    if (!last) {
      if (erased) await checkpoint(ports, erasure, { progress: after });
      return erased;
    }
    next = last.record + 1;
    const progress: ImagesProgress = { step: "images", next };
    const leadIds = page.filter(({ before }) => isOf(before, person)).map(({ leadId }) => leadId);
    const isOver = await slice.over();
    if (leadIds.length > 0) {
      erased = true;
      const ofThem = sql`${importMatches.leadId} IN (SELECT value FROM json_each(${JSON.stringify(leadIds)}))
        AND ${importMatches.before} IS NOT NULL`;
      const rows = await tenant.db.all<{ place: number }>(
        sql`SELECT rowid AS place FROM ${importMatches} WHERE ${ofThem} ORDER BY rowid`,
      );
      const places = rows.map(({ place }) => place);
      // The row of the lead was theirs, too, and what it had then may be in the gaps around it.
      const rowsOfLeads = leadIds.toSorted((a, b) => a - b);
      person = addPlaces(addPlaces(person, "matches", places), "leads", rowsOfLeads);
      await tenant.db.batch([
        blankImages(tenant.db, ofThem),
        tenant.db.update(importMatches).set({ before: null }).where(ofThem),
        checkpoint(ports, erasure, { progress, person: paddedPerson(person) }),
      ]);
    } else if (isOver) {
      await checkpoint(ports, erasure, { progress });
    }
    if (isOver) return null;
    await aMacrotask();
  }
}

function isOf(before: string, person: ErasedPerson): boolean {
  const image = JSON.parse(before) as BeforeImage;
  const { external_id: externalId } = image;
  if (typeof externalId === "string" && person.externalIds?.includes(externalId)) return true;
  return isIn(Object.values(image).flat().join("\n"), person);
}

const PAGE_ROWS = 500;
const PAGE_CHARACTERS = 500_000;

/** The next images of an import, as many as make a page of a size that memory always has room for. */
function imagesFrom({ db }: Tenant, importId: number, record: number) {
  return db.all<{ record: number; leadId: number; before: string }>(sql`
    SELECT record, leadId, before FROM (
      SELECT *, sum(length(before)) OVER (ORDER BY record) - length(before) AS characters FROM (
        SELECT record_number AS record, lead_id AS leadId, before FROM ${importMatches}
        WHERE import_id = ${importId} AND record_number >= ${record} AND before IS NOT NULL
        ORDER BY record_number LIMIT ${PAGE_ROWS}))
    WHERE characters < ${PAGE_CHARACTERS}
    ORDER BY record`);
}
