import { expect } from "vitest";
import type { TestCompany } from "../../harness/factories.ts";
import {
  asStored,
  COLUMNS,
  type Column,
  importInto,
  type ModelLead,
  type ModelOutcome,
} from "../matching/model.ts";
import type { Lead, Leads } from "../undo/model.ts";
import type { Said } from "./said.ts";

/**
 * What an import makes of the leads that there are, its ledger and its before-images, by the model of `../matching`,
 * which shares nothing with the product.
 */

const STAGES: Record<number, string> = { 1: "new", 2: "contacted", 6: "won" };

function valuesOf(lead: Lead): ModelLead["values"] {
  const tags = JSON.parse(String(lead.tags)) as string[];
  const all: Record<string, unknown> = {
    ...lead,
    ...(JSON.parse(String(lead.custom_fields ?? "{}")) as object),
    stage: STAGES[Number(lead.stage_id)],
    tags: tags.length > 0 ? tags : null,
  };
  return Object.fromEntries(
    COLUMNS.map((column: Column) => [column, all[column] ?? null]),
  ) as ModelLead["values"];
}

const modelLead = (lead: Lead, from: string, copyOf: string | null): ModelLead => ({
  from,
  values: valuesOf(lead),
  copyOf,
  version: Number(lead.version),
  moves: 0,
});

const present = (leads: Leads) => [...leads].filter(([, { deleted_at }]) => deleted_at === null);

/** What the model says of an import into leads as they are. */
export function predict(before: Leads, { records, options }: Said): [ModelOutcome, ModelLead[]] {
  const leads = present(before).map(([id, lead]) =>
    modelLead(lead, String(id), lead.duplicate_of === null ? null : String(lead.duplicate_of)),
  );
  return [importInto(leads, 0, records, options), leads];
}

/** How many records the model says another outcome of than before: d where they have left nothing behind. */
export function differing(records: number, before: [ModelOutcome, ModelLead[]], now: typeof before): number {
  const [told, actual] = [lettersOf(records, before), lettersOf(records, now)];
  return told.filter((letter, at) => letter !== actual[at]).length;
}

function lettersOf(records: number, [{ matches, rejected }, leads]: [ModelOutcome, ModelLead[]]): string[] {
  const letters: string[] = new Array(records).fill("d");
  for (const { from } of leads) if (from.startsWith("0:")) letters[Number(from.slice(2)) - 1] = "c";
  for (const [record, changed] of matches) letters[record - 1] = changed ? "u" : "n";
  for (const [record] of rejected) letters[record - 1] = "f";
  return letters;
}

/** The ledger of an import in the words of the model. */
export async function outcomeOf({ database }: TestCompany, code: string): Promise<ModelOutcome> {
  const row = await database
    .prepare(
      `SELECT id, created_records AS created, updated_records AS updated, unchanged_records AS unchanged,
         duplicate_records AS duplicate FROM imports WHERE import_code = ?`,
    )
    .bind(code)
    .first<{ id: number } & Pick<ModelOutcome, "created" | "updated" | "unchanged" | "duplicate">>();
  const { id = 0, ...counted } = row ?? {};
  const pairs = async (columns: string, table: string) =>
    await database
      .prepare(`SELECT record_number, ${columns} FROM ${table} WHERE import_id = ? ORDER BY 1`)
      .bind(id)
      .raw<[number, string | number]>();
  const matches = await pairs("changed", "import_matches");
  return {
    ...(counted as ModelOutcome),
    rejected: (await pairs("code", "import_rejections")) as ModelOutcome["rejected"],
    matches: matches.map(([record, changed]) => [record, changed === 1]),
  };
}

/** Compares what an import has left behind with what the model said of it. */
export async function expectImported(
  company: TestCompany,
  code: string,
  [before, after]: [Leads, Leads],
  [outcome, leads]: [ModelOutcome, ModelLead[]],
  what: string,
): Promise<void> {
  expect(await outcomeOf(company, code), what).toEqual(outcome);
  const nameOf = (id: number) => (before.has(id) ? String(id) : `0:${after.get(id)?.record_number}`);
  const come = present(after).map(([id, lead]) =>
    modelLead(lead, nameOf(id), lead.duplicate_of === null ? null : nameOf(Number(lead.duplicate_of))),
  );
  const versions = new Map(come.map(({ from, version }) => [from, version]));
  const byName = (all: ModelLead[]) =>
    Object.fromEntries(all.map((lead) => [lead.from, asStored(lead, versions.get(lead.from) ?? 0)]));
  expect(byName(come), what).toEqual(byName(leads));
  const moves = new Map(leads.map(({ from, moves }) => [from, moves]));
  await expectImages(company, code, [before, after], (id) => moves.get(String(id)) ?? 0, what);
}

const COLUMNS_OF_IMAGES = [
  ...["email", "phone", "phone_raw", "first_name", "stage_id", "notes", "external_id", "campaign_id"],
  ...["custom_fields", "answers", "tags"],
];

/**
 * Each lead that an import updated has all in its image that changed, as it was, and nothing else.
 *
 * @param movesOf how often a lead that was a copy came to be of another lead, or its own, before the import met it.
 */
async function expectImages(
  { database }: TestCompany,
  code: string,
  [before, after]: [Leads, Leads],
  movesOf: (id: number) => number,
  what: string,
): Promise<void> {
  const { results } = await database
    .prepare(
      `SELECT m.lead_id AS id, m.changed, m.before FROM import_matches m JOIN imports i ON i.id = m.import_id
       WHERE i.import_code = ?`,
    )
    .bind(code)
    .all<{ id: number; changed: number; before: string | null }>();
  for (const { id, changed, before: image } of results) {
    const [was, is] = [before.get(id) ?? {}, after.get(id) ?? {}];
    const columns = COLUMNS_OF_IMAGES.filter((column) => was[column] !== is[column]);
    const kept = image === null ? null : (JSON.parse(image) as Record<string, unknown>);
    if (kept && Array.isArray(kept.tags)) kept.tags = JSON.stringify(kept.tags);
    // A chunk raises the version once, for all the moves that it makes.
    const [least, most] = [Number(was.version) + Math.min(1, movesOf(id)), Number(was.version) + movesOf(id)];
    const version = Math.min(most, Math.max(least, Number(kept?.version)));
    const expected = {
      version,
      updated_at: version === was.version ? was.updated_at : kept?.updated_at,
      ...Object.fromEntries(columns.map((column) => [column, was[column]])),
    };
    expect(kept, `${what}: the image of lead ${id}`).toEqual(changed === 1 ? expected : null);
  }
}
