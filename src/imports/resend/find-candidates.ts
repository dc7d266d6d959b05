import { inArray, sql } from "drizzle-orm";
import { imports } from "../../db/leads/schema.ts";
import type { Tenant } from "../../db/leads/tenant.ts";
import { cleanCell } from "../../leads/normalize/clean-cell.ts";
import type { Layout } from "../readers/reader.ts";
import type { ReadingPlan } from "../state/import-state.ts";
import {
  type Likeness,
  likeness,
  mendedCells,
  type RejectedRecord,
  type ReturnedRecord,
} from "./likeness.ts";
import { type ParentImport, parentColumns } from "./parent-import.ts";
import { reportPlaces } from "./report-columns.ts";

/** So many of a company's latest imports may be the one that an error file is of. */
const SEARCHED_IMPORTS = 1000;
/** So many of these are compared cell by cell. */
const COMPARED_IMPORTS = 20;
/** Records beyond it are not compared: in characters of their cells as JSON. */
const MOST_CHARACTERS = 20_000;
/** By which cells of a record the imports to compare are chosen: how many, and of how many characters. */
const CHOSEN_BY = { cells: 8, characters: 64 };

/** An import that an error file may be of. */
export type Candidate = ParentImport & { likeness: Likeness };

/**
 * Finds the imports that an error file may be of: half of its first records were rejected there under their number and
 * code, and most of their cells are as they were. The earliest comes first.
 *
 * @param before an import of the company: only earlier ones are looked at; `null` looks at all.
 */
export async function findCandidates(
  { db }: Pick<Tenant, "db">,
  companyId: number,
  before: number | null,
  { header, sample }: Pick<Layout, "header" | "sample">,
): Promise<Candidate[]> {
  const returned = returnedRecords(header, sample);
  if (returned.size === 0) return [];
  const asked = [...returned].map(([record, { code, reason, cells }]) => ({
    record,
    code,
    reason,
    texts: cells
      .filter((cell) => cell !== "" && cell.length <= CHOSEN_BY.characters)
      .slice(0, CHOSEN_BY.cells)
      .map((cell) => JSON.stringify(cell)),
  }));
  const chosen = await db.all<{ id: number }>(sql`
    SELECT id FROM (
      SELECT c.id, c.dry_run, c.undone, sum(r.code = j.value ->> 'code') AS codes, sum(r.reason = j.value ->> 'reason') AS reasons,
        sum((SELECT count(*) FROM json_each(j.value, '$.texts') t WHERE instr(r.cells, t.value) > 0)) AS cells
      FROM (
        SELECT id, dry_run, ${parentColumns.isUndone} AS undone FROM imports
        WHERE company_id = ${companyId} AND id < ${before ?? Number.MAX_SAFE_INTEGER} AND failed_records > 0
          AND layout IS NOT NULL AND is_batch = 0
        ORDER BY id DESC LIMIT ${SEARCHED_IMPORTS}) c
      CROSS JOIN json_each(${JSON.stringify(asked)}) j
      CROSS JOIN import_rejections r ON r.import_id = c.id AND r.record_number = j.value ->> 'record'
      GROUP BY c.id)
    WHERE codes * 2 >= ${returned.size}
    ORDER BY cells DESC, undone, reasons DESC, dry_run, id LIMIT ${COMPARED_IMPORTS}`);
  if (chosen.length === 0) return [];
  const ids = chosen.map(({ id }) => id);
  const [parents, rejections] = await Promise.all([
    db.select(parentColumns).from(imports).where(inArray(imports.id, ids)).orderBy(imports.id),
    db.all<Omit<RejectedRecord, "cells"> & { id: number; record: number; cells: string }>(sql`
      SELECT r.import_id AS id, r.record_number AS record, r.code, r.reason, r.cell, r.cells
      FROM json_each(${JSON.stringify(ids)}) i CROSS JOIN json_each(${JSON.stringify([...returned.keys()])}) j
      CROSS JOIN import_rejections r ON r.import_id = i.value AND r.record_number = j.value
      WHERE length(r.cells) <= ${MOST_CHARACTERS}`),
  ]);
  const compared = parents.map((parent) => ({
    parent,
    before: parent.layout as ReadingPlan,
    pairs: rejections.flatMap(({ id, record, ...was }) => {
      const is = id === parent.id ? returned.get(record) : undefined;
      return is ? [{ record, was: { ...was, cells: JSON.parse(was.cells) as string[] }, is }] : [];
    }),
  }));
  const mended = mendedCells(compared);
  return compared
    .filter(({ before, pairs }) => likeness(before, header, pairs).isLikely)
    .map(({ parent, before, pairs }) => ({
      ...parent,
      // By the same cells for all of them: what one took for a contact may be another's custom field.
      likeness: likeness(before, header, pairs, mended),
    }));
}

const NUMBER = /^\d{1,15}$/;

/** The first records of an error file by their numbers in the original. */
function returnedRecords(header: string[], sample: string[][]): Map<number, ReturnedRecord> {
  const [row, code, reason] = reportPlaces(header) ?? [-1, -1, -1];
  const cellOf = (cells: string[], place: number) => cleanCell(cells[place] ?? "") ?? "";
  const returned = new Map<number, ReturnedRecord>();
  for (const cells of sample) {
    const record = cellOf(cells, row);
    if (!NUMBER.test(record)) continue;
    returned.set(Number(record), { cells, code: cellOf(cells, code), reason: cellOf(cells, reason) });
  }
  return returned;
}
