import { env } from "cloudflare:test";
import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import type { Databases } from "../../src/db/clients.ts";
import { CHUNK_LIMITS } from "../../src/imports/readers/records.ts";
import { STEP_RECORDS } from "../../src/imports/undo/step/read-step.ts";
import { openSlice } from "../../src/jobs/slice.ts";
import { createCompany, type TestCompany } from "../harness/factories.ts";
import { deliver, prepareImport } from "../harness/import-run.ts";
import { beginUndo, deliverUndo, undoOf } from "../imports/undo/undo-run.ts";

/** `UNDO_LEADS=100000 node test/run.ts <this file>` for what people import. */
const LEADS = Number(env.UNDO_LEADS) || 3_000;
/** One of so many is changed by somebody between the import and its undo. */
const CHANGED_OF = 100;

const fileOf = (round: string) =>
  [
    "Email,First name,City,Stage,Color,Tags",
    ...Array.from(
      { length: LEADS },
      (_, n) =>
        `lead-${n}@leads.test,${round} ${n},${round},${round === "a" ? "new" : "won"},${round},"${round};b"`,
    ),
  ].join("\n");

async function imported(company: TestCompany, round: string): Promise<string> {
  const code = await prepareImport(company, fileOf(round), "update");
  await deliver(code, { limits: CHUNK_LIMITS });
  return code;
}

/** A hash over every row of a company's leads, tags and history. */
async function hashOf({ id, database }: TestCompany, except = "0"): Promise<string> {
  const hash = createHash("sha256");
  for (let after = 0; ; ) {
    const { results } = await database
      .prepare(
        `SELECT l.*,
           (SELECT json_group_array(tag) FROM (SELECT tag FROM lead_tags WHERE lead_id = l.id ORDER BY tag)) AS tags,
           (SELECT json_group_array(json_array(id, from_stage_id, to_stage_id, changed_by, changed_at))
            FROM lead_stage_changes WHERE lead_id = l.id) AS history
         FROM leads l WHERE company_id = ? AND id > ? AND NOT (${except}) ORDER BY id LIMIT 5000`,
      )
      .bind(id, after)
      .all<{ id: number }>();
    if (results.length === 0) return hash.digest("hex");
    hash.update(JSON.stringify(results));
    after = results.at(-1)?.id ?? after;
  }
}

async function undone(company: TestCompany, code: string): Promise<number> {
  await beginUndo(company, code);
  const startedAt = Date.now();
  const newSlice = ({ budget }: Databases) => openSlice(budget);
  do await deliverUndo(code, { stepRecords: STEP_RECORDS, newSlice });
  while ((await undoOf(company, code)).finished === 0);
  return Date.now() - startedAt;
}

it("takes back what updated many leads, to the letter, and spares whom somebody changed", async () => {
  const company = await createCompany();
  await imported(company, "a");
  const before = await hashOf(company);
  const first = await imported(company, "b");
  expect(await hashOf(company)).not.toBe(before);
  const milliseconds = await undone(company, first);
  expect(await hashOf(company)).toBe(before);
  expect(await undoOf(company, first)).toMatchObject({ status: 7, restored: LEADS, spared: 0 });

  const changed = `l.id % ${CHANGED_OF} = 0`;
  const untouched = await hashOf(company, changed);
  const second = await imported(company, "c");
  await company.database
    .prepare(
      `UPDATE leads AS l SET version = version + 1, city = 'Cusco' WHERE company_id = ? AND ${changed}`,
    )
    .bind(company.id)
    .run();
  const again = await undone(company, second);
  expect(await hashOf(company, changed)).toBe(untouched);
  const { listed, ...outcome } = await undoOf(company, second);
  const { results } = await company.database
    .prepare(`SELECT id FROM leads l WHERE company_id = ? AND ${changed} ORDER BY id`)
    .bind(company.id)
    .all<{ id: number }>();
  expect(listed.map(({ id }) => id).sort((a, b) => a - b)).toEqual(results.map(({ id }) => id));
  expect(outcome).toMatchObject({ restored: LEADS - results.length, spared: results.length });
  // biome-ignore lint/suspicious/noConsole: the figures that this test is run for.
  console.log(
    `${LEADS} updated leads are taken back in ${milliseconds} ms; with ${results.length} changed since in ${again} ms`,
  );
}, 600_000);
