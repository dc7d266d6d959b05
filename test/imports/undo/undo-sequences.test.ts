import { env } from "cloudflare:test";
import { expect, it } from "vitest";
import { below, randomOf } from "../../fixtures/random.ts";
import { createCompany, createUser, type TestCompany } from "../../harness/factories.ts";
import { countLeads } from "../../harness/leads.ts";
import { howMany } from "../../harness/runtime/how-many.ts";
import { changeByHand, importFile } from "./generated-changes.ts";
import { isSamePerson, type Leads, movedBy, readLeads, UndoModel } from "./model.ts";
import { beginUndo, deliverUndo, undoOf } from "./undo-run.ts";

/**
 * Imports, changes by hand and undos in any order leave what a stack of states says; `UNDO_SEQUENCES=2000
 * LONGEST_FILE_MINUTES=60 node test/run.ts <this file>` for more.
 */
const SEQUENCES = Number(env.UNDO_SEQUENCES) || howMany(16, 40);
const STEPS = 9;

/** What an undo may do to a lead that it does not take back: it is the copy of another one. */
const asCopies = (leads: Leads, like: Leads) =>
  [...leads].map(([id, { duplicate_of, updated_at, ...lead }]) => {
    const both = [duplicate_of, like.get(id)?.duplicate_of ?? null];
    return [id, both.some((of) => of !== null) ? lead : { ...lead, updated_at }];
  });

/** The leads that an import created or updated. */
async function leadsOf(company: TestCompany, code: string): Promise<number[]> {
  const { results } = await company.database
    .prepare(
      `SELECT l.id FROM leads l JOIN imports i ON i.import_code = ?1 AND l.company_id = i.company_id
       WHERE l.import_id = i.id OR EXISTS (
         SELECT 1 FROM import_matches m WHERE m.lead_id = l.id AND m.import_id = i.id AND m.changed)`,
    )
    .bind(code)
    .all<{ id: number }>();
  return results.map(({ id }) => id);
}

/** An import that can be undone, and the leads that it created or updated. */
interface Open {
  code: string;
  own: Set<number>;
}

async function undo(
  company: TestCompany,
  model: UndoModel,
  { code, own }: Open,
  what: string,
): Promise<void> {
  const ofImport = await leadsOf(company, code);
  const before = await readLeads(company);
  await beginUndo(company, code);
  await deliverUndo(code, { stepRecords: 4 });
  const [after, outcome] = [await readLeads(company), await undoOf(company, code)];
  const kept = new Set(outcome.listed.filter(({ reason }) => reason === "key_taken").map(({ id }) => id));
  const { leads: expected, returned } = model.undo(code, kept);
  expect(asCopies(after, expected), what).toEqual(asCopies(expected, after));
  for (const id of returned) expect(after.get(id), `${what}: copy ${id}`).toEqual(expected.get(id));
  // Who is left as they are for a key would be the person of another lead.
  const taken = new Map(
    [...after].filter(([, lead]) => lead.duplicate_of === null && lead.deleted_at === null),
  );
  for (const id of kept) {
    const restored = model.below(id);
    const others = [...before.values(), ...taken.values()].filter((lead) => lead.id !== id);
    expect(
      others.some((other) => isSamePerson(other, restored)),
      `${what}: lead ${id} was spared`,
    ).toBe(true);
  }
  const isBack = (id: number) => JSON.stringify(after.get(id)) !== JSON.stringify(before.get(id));
  const spared = ofImport.filter((id) => !isBack(id) || before.get(id)?.version === after.get(id)?.version);
  expect(
    outcome.listed.map(({ id }) => id).sort((a, b) => a - b),
    what,
  ).toEqual(spared.sort((a, b) => a - b));
  const deleted = ofImport.filter((id) => !after.has(id)).length;
  const restored = ofImport.length - deleted - spared.length;
  // Those that were erased are told, too.
  const erased = [...own].filter((id) => !before.has(id)).length;
  const sums = { deleted, restored, spared: spared.length + erased };
  expect(outcome, what).toMatchObject({ status: 7, finished: 1, images: 0, ...sums });
  model.relink(after);
  seen.undos += 1;
  for (const name of ["deleted", "restored", "spared"] as const) seen[name] += sums[name];
  seen.erased += erased;
  seen.key_taken += kept.size;
  seen.returned += returned.length;
}

const seen = { undos: 0, deleted: 0, restored: 0, spared: 0, erased: 0, key_taken: 0, returned: 0 };

it.each(Array.from({ length: SEQUENCES }, (_, seed) => seed))("sequence %d", async (seed) => {
  const random = randomOf(seed, 7);
  const company = await createCompany();
  const manager = await createUser({ access: [{ company, role: "manager" }] });
  const model = new UndoModel();
  const open: Open[] = [];
  for (let step = 0; step < STEPS; step++) {
    const what = `seed ${seed}, step ${step}`;
    const leads = await readLeads(company);
    const kind = random();
    if (leads.size === 0 || kind < 0.35) {
      const code = await importFile(random, company);
      // Copies that are of another lead by it are not its own.
      const own = new Set(await leadsOf(company, code));
      open.push({ code, own });
      model.note(await readLeads(company), (id) => (own.has(id) ? code : movedBy(code)));
    } else if (kind < 0.65 || open.length === 0) {
      await changeByHand(random, manager, leads);
      model.note(await readLeads(company), () => "hand");
    } else {
      const [one] = open.splice(random() < 0.6 ? open.length - 1 : below(random, open.length), 1);
      if (one) await undo(company, model, one, what);
    }
    const { leads: there, counted } = await countLeads(company);
    expect(counted, what).toBe(there);
  }
});

it("is looked at with leads of each outcome", () => {
  // biome-ignore lint/suspicious/noConsole: the figures of the test.
  console.log(`${SEQUENCES} sequences: ${JSON.stringify(seen)}`);
  // Keys that are another lead's by then are rare here, and have a test of their own.
  const { key_taken: _, ...usual } = seen;
  for (const [name, count] of Object.entries(usual)) expect(count, name).toBeGreaterThan(0);
});
