import { inArray } from "drizzle-orm";
import { beforeAll, describe, expect, test } from "vitest";
import { openLeads } from "../../../src/db/clients.ts";
import {
  importMatches,
  leadNotes,
  leadStageChanges,
  leads,
  leadTags,
  questions,
} from "../../../src/db/leads/schema.ts";
import { UNKEYED } from "../../../src/http/idempotency/creation.ts";
import { mergeStatements } from "../../../src/leads/merge/merge-statements.ts";
import { mergeValues } from "../../../src/leads/merge/merge-values.ts";
import { leadColumns } from "../../../src/leads/queries.ts";
import { bodyOf, call, problemOf } from "../../harness/api.ts";
import {
  createCampaign,
  createCompany,
  createImportRow,
  createUser,
  type TestCompany,
  type TestUser,
} from "../../harness/factories.ts";
import { createLead } from "../../harness/leads.ts";

type Lead = Awaited<ReturnType<typeof createLead>>;
type Differs = Parameters<typeof createLead>[1];

let company: TestCompany;
let manager: TestUser;
let agent: TestUser;

beforeAll(async () => {
  company = await createCompany({ store: 1 });
  manager = await createUser({ access: [{ company, role: "manager" }] });
  agent = await createUser({ access: [{ company, role: "agent" }] });
});

const make = (differs: Differs = {}) => createLead(company, differs);
/** A copy of a lead: the same key, later. */
const copyOf = (first: Lead, differs: Differs = {}) =>
  make({ email: first.email, duplicateOf: first.id, ...differs });
const merge = (id: number, ids: number[], fields?: Record<string, number>, token = manager.token) =>
  call(`/leads/${id}/merge`, { token, method: "POST", json: { lead_ids: ids, ...(fields && { fields }) } });
const merged = async (id: number, ids: number[], fields?: Record<string, number>) =>
  (await bodyOf(merge(id, ids, fields))).lead;

async function rowOf({ id }: { id: number }) {
  const row = await company.database.prepare("SELECT * FROM leads WHERE id = ?").bind(id).first();
  if (!row) throw new Error("no lead");
  return row;
}

const rows = async (query: string, ...values: unknown[]) =>
  (
    await company.database
      .prepare(query)
      .bind(...values)
      .all<Record<string, unknown>>()
  ).results;

/** What must hold of all leads of the company, whatever was merged. */
async function expectSound(): Promise<void> {
  const keys = await rows(
    `SELECT a.id FROM leads a JOIN leads b ON b.company_id = a.company_id AND b.id > a.id
       AND (b.email = a.email OR (b.phone = a.phone AND (a.email IS NULL OR b.email IS NULL)))
     WHERE a.company_id = ? AND a.deleted_at IS NULL AND b.deleted_at IS NULL
       AND a.duplicate_of IS NULL AND b.duplicate_of IS NULL`,
    company.id,
  );
  expect(keys, "each person has one canonical lead").toEqual([]);
  const astray = await rows(
    `SELECT c.id FROM leads c LEFT JOIN leads f ON f.id = c.duplicate_of
     WHERE c.company_id = ? AND c.deleted_at IS NULL AND c.duplicate_of IS NOT NULL
       AND (f.duplicate_of IS NOT NULL OR f.deleted_at IS NOT NULL OR NOT coalesce(
         f.email = c.email OR (f.phone = c.phone AND (f.email IS NULL OR c.email IS NULL)), 0))`,
    company.id,
  );
  expect(astray, "each copy points to the canonical lead of its person").toEqual([]);
}

describe("merging", () => {
  test("keeps what was written of a phone beside the number that it is of", async () => {
    const unread = { phoneRaw: "call the office" };
    const kept = await make();
    const without = await make(unread);
    expect(await merged(kept.id, [without.id])).toMatchObject({ phone: null, phone_raw: "call the office" });
    const reached = await make({ phone: "+525512340001" });
    const other = await make(unread);
    expect(await merged((await make()).id, [other.id, reached.id])).toMatchObject({
      phone: "+525512340001",
      phone_raw: null,
    });
  });

  test("fills in what the lead lacks, in the order given, and keeps what it has", async () => {
    const campaign = await createCampaign(company);
    const [question, other] = await openLeads(company.database)
      .insert(questions)
      .values(
        ["budget", "age"].map((key, position) => ({
          companyId: company.id,
          campaignId: campaign.id,
          key,
          text: key,
          kind: "text" as const,
          position,
        })),
      )
      .returning();
    const [budget, age] = [String(question?.id), String(other?.id)];
    const kept = await make({ firstName: "Ana", answers: { [budget]: "10" }, customFields: { a: "1" } });
    const second = await make({
      firstName: "Anna",
      lastName: "Díaz",
      phone: "+525512345678",
      phoneRaw: "55 1234 5678 ext. 9",
      campaignId: campaign.id,
      answers: { [budget]: "20", [age]: "30" },
      customFields: JSON.parse('{"a":"2","__proto__":"y","b":"3"}'),
    });
    const third = await make({
      lastName: "Other",
      phone: "+525587654321",
      city: "Lima",
      assignedTo: agent.id,
      stageId: 3,
    });
    const lead = await merged(kept.id, [second.id, third.id]);
    expect(lead).toMatchObject({
      id: kept.id,
      email: kept.email,
      first_name: "Ana",
      last_name: "Díaz",
      phone: "+525512345678",
      phone_raw: "55 1234 5678 ext. 9",
      city: "Lima",
      campaign_id: campaign.id,
      assigned_to: { id: agent.id },
      stage: { key: "new" },
      answers: { budget: "10", age: "30" },
      custom_fields: { a: "1", b: "3" },
      duplicate_of: null,
      deleted_at: null,
    });
    const named = String((await rowOf(kept)).custom_fields);
    expect(Object.entries(JSON.parse(named)).sort()).toEqual([
      ["__proto__", "y"],
      ["a", "1"],
      ["b", "3"],
    ]);
    expect((await bodyOf(call(`/leads/${kept.id}`, { token: manager.token }))).lead).toEqual(lead);
    for (const { id } of [second, third]) {
      await problemOf(call(`/leads/${id}`, { token: manager.token }), 404);
      expect(await rowOf({ id })).toMatchObject({ duplicate_of: kept.id, deleted_at: expect.any(Number) });
    }
    await expectSound();
  });

  test("takes the value of whichever lead is named for a field, and tells the history of a new stage", async () => {
    const kept = await make({ firstName: "Ana", stageId: 2, customFields: { a: "1" }, notes: "mine" });
    const second = await make({ firstName: "Anna", stageId: 6, customFields: { a: "2" } });
    const third = await make({ firstName: "Annie" });
    const fields = {
      email: third.id,
      first_name: third.id,
      stage: second.id,
      custom_fields: second.id,
      notes: second.id,
    };
    const lead = await merged(kept.id, [second.id, third.id], fields);
    expect(lead).toMatchObject({
      email: third.email,
      first_name: "Annie",
      stage: { key: "won" },
      custom_fields: { a: "2" },
      notes: "mine",
    });
    expect(await rowOf(kept)).toMatchObject({ email: third.email, duplicate_of: null });
    expect(
      await rows(
        "SELECT from_stage_id, to_stage_id, changed_by FROM lead_stage_changes WHERE lead_id = ?",
        kept.id,
      ),
    ).toEqual([{ from_stage_id: 2, to_stage_id: 6, changed_by: manager.id }]);
    await expectSound();
  });

  test("moves notes, history, tags and matches of imports", async () => {
    const [kept, second, third] = [await make(), await make(), await make()];
    const db = openLeads(company.database);
    const of = (leadId: number) => ({ companyId: company.id, leadId });
    const moved = { fromStageId: 1, toStageId: 2, changedBy: agent.id, changedAt: 5 };
    await db.insert(leadNotes).values({ ...of(second.id), authorId: agent.id, body: "Called", createdAt: 5 });
    await db.insert(leadStageChanges).values([
      { ...of(kept.id), ...moved },
      { ...of(third.id), ...moved },
    ]);
    await db.insert(leadTags).values([
      { ...of(kept.id), tag: "a" },
      { ...of(second.id), tag: "a" },
      { ...of(second.id), tag: "b" },
      { ...of(third.id), tag: "c" },
    ]);
    const [one, two] = [
      await createImportRow(company, manager, { onDuplicate: "update" }),
      await createImportRow(company, manager, { onDuplicate: "update" }),
    ];
    await db.insert(importMatches).values([
      { importId: one.id, recordNumber: 1, leadId: kept.id, changed: true },
      { importId: one.id, recordNumber: 2, leadId: second.id, changed: true },
      { importId: two.id, recordNumber: 4, leadId: second.id, changed: false },
      { importId: two.id, recordNumber: 3, leadId: third.id, changed: true },
    ]);
    expect((await merged(kept.id, [second.id, third.id])).tags).toEqual(["a", "b", "c"]);
    expect(await rows("SELECT body FROM lead_notes WHERE lead_id = ?", kept.id)).toEqual([
      { body: "Called" },
    ]);
    expect(await rows("SELECT id FROM lead_stage_changes WHERE lead_id = ?", kept.id)).toHaveLength(2);
    expect(await rows("SELECT tag FROM lead_tags WHERE lead_id IN (?, ?)", second.id, third.id)).toEqual([]);
    expect(
      await rows("SELECT import_id, record_number FROM import_matches WHERE lead_id = ? ORDER BY 1", kept.id),
    ).toEqual([
      { import_id: one.id, record_number: 1 },
      { import_id: two.id, record_number: 3 },
    ]);
  });
});

describe("the one holder of a key", () => {
  test("stays, with the copies of the leads that go pointing to it", async () => {
    const first = await make();
    const [second, third] = [await copyOf(first), await copyOf(first)];
    await merged(first.id, [second.id]);
    expect(await rowOf(third)).toMatchObject({ duplicate_of: first.id, deleted_at: null });
    await expectSound();
  });

  test("goes into a copy, which then holds the key for the other copies", async () => {
    const first = await make();
    const [second, third] = [await copyOf(first), await copyOf(first)];
    expect(await merged(second.id, [first.id])).toMatchObject({ duplicate_of: null });
    expect(await rowOf(third)).toMatchObject({ duplicate_of: second.id });
    expect(await rowOf(first)).toMatchObject({ duplicate_of: second.id, deleted_at: expect.any(Number) });
    await expectSound();
  });

  test("is none of those merged: the copy stays a copy of it", async () => {
    const first = await make();
    const [second, third] = [await copyOf(first), await copyOf(first)];
    expect(await merged(second.id, [third.id])).toMatchObject({ duplicate_of: first.id });
    await expectSound();
  });

  test("leaves its key when it goes into a lead of another, and its oldest copy takes it", async () => {
    const [kept, first] = [await make(), await make()];
    const [second, third] = [await copyOf(first), await copyOf(first)];
    await merged(kept.id, [first.id]);
    expect(await rowOf(second)).toMatchObject({ duplicate_of: null });
    expect(await rowOf(third)).toMatchObject({ duplicate_of: second.id });
    await expectSound();
  });

  test("brings its e-mail to a lead that had a phone alone", async () => {
    const phone = "+525511112222";
    const kept = await make({ email: null, phone });
    const other = await make();
    expect(await merged(kept.id, [other.id])).toMatchObject({ email: other.email, phone });
    expect(await rowOf(kept)).toMatchObject({ email: other.email, duplicate_of: null });
    await expectSound();
  });

  test("stays where a copy of it brings its key to another lead, which becomes a copy, its own copies not", async () => {
    const phone = "+525533334444";
    const kept = await make({ email: null, phone });
    const ofPhone = await make({ email: null, phone, duplicateOf: kept.id });
    const holder = await make();
    const copy = await copyOf(holder);
    expect(await merged(kept.id, [copy.id])).toMatchObject({ email: holder.email, duplicate_of: holder.id });
    expect(await rowOf(ofPhone)).toMatchObject({ duplicate_of: null, phone });
    await expectSound();
  });

  test("merges what was merged into it before", async () => {
    const [a, b, c] = [await make(), await make(), await make()];
    await merged(b.id, [c.id]);
    await merged(a.id, [b.id]);
    expect(
      await rows("SELECT id FROM leads WHERE company_id = ? AND duplicate_of = ?", company.id, c.id),
    ).toEqual([]);
    expect(await rowOf(b)).toMatchObject({ duplicate_of: a.id });
    await expectSound();
  });
});

describe("a merge is refused, and changes nothing,", () => {
  const state = async () => [
    await rows("SELECT * FROM leads WHERE company_id = ? ORDER BY id", company.id),
    await rows("SELECT * FROM lead_tags WHERE company_id = ? ORDER BY lead_id, tag", company.id),
  ];
  const refused = async (answer: () => Promise<Response>, status: number, pointer?: string) => {
    const before = await state();
    const problem = await problemOf(answer(), status);
    if (pointer) expect(problem.errors).toMatchObject([{ pointer }]);
    expect(await state()).toEqual(before);
  };

  test("with itself, with a lead twice, without any, and with fields of a lead that is not in it", async () => {
    const [kept, other, third] = [await make(), await make(), await make()];
    await refused(() => merge(kept.id, [other.id, kept.id]), 422, "/lead_ids/1");
    await refused(() => merge(kept.id, [other.id, other.id]), 422, "/lead_ids");
    await refused(() => merge(kept.id, []), 422, "/lead_ids");
    await refused(
      () =>
        merge(
          kept.id,
          Array.from({ length: 51 }, (_, n) => n + 1),
        ),
      422,
      "/lead_ids",
    );
    await refused(() => merge(kept.id, [other.id], { email: third.id }), 422, "/fields/email");
    await refused(() => merge(kept.id, [other.id], { nothing: other.id }), 422, "/fields/nothing");
  });

  test("with leads that are not there: of another company, deleted or none", async () => {
    const [kept, other] = [await make(), await make()];
    const gone = await make({ deletedAt: 1 });
    const child = await createCompany({ parent: company });
    const foreign = await createLead(await createCompany({ store: 1 }));
    for (const id of [gone.id, (await createLead(child)).id, foreign.id, 9e12]) {
      await refused(() => merge(kept.id, [other.id, id]), 404, "/lead_ids/1");
    }
    await refused(() => merge(gone.id, [kept.id]), 404);
    await refused(() => merge(foreign.id, [kept.id]), 404);
  });

  test("for users who are not managers", async () => {
    const [kept, other] = [await make({ assignedTo: agent.id }), await make({ assignedTo: agent.id })];
    await refused(() => merge(kept.id, [other.id], undefined, agent.token), 403);
  });

  test("where the tags together are too many", async () => {
    const [kept, other] = [await make(), await make()];
    const tagged = ({ id }: Lead, from: number) =>
      Array.from({ length: 60 }, (_, n) => ({ companyId: company.id, leadId: id, tag: `t${from + n}` }));
    for (const values of [tagged(kept, 0), tagged(other, 100)]) {
      // Three parameters each, and D1 takes a hundred.
      for (let n = 0; n < 60; n += 30) {
        await openLeads(company.database)
          .insert(leadTags)
          .values(values.slice(n, n + 30));
      }
    }
    await refused(() => merge(kept.id, [other.id]), 422, "/lead_ids");
  });
});

test("no statement of a merge looks through all leads, notes, changes, tags or matches", async () => {
  const db = openLeads(company.database);
  const stored = await db
    .select(leadColumns)
    .from(leads)
    .where(inArray(leads.id, [(await make()).id, (await make()).id]));
  const [kept, ...others] = stored;
  if (!kept) throw new Error("no lead");
  const values = mergeValues(stored, {});
  const merge = { kept, others, values, userId: manager.id, now: 1 };
  for (const statement of mergeStatements(db, merge, UNKEYED)) {
    const { sql, params } = statement.toSQL();
    const plan = await company.database
      .prepare(`EXPLAIN QUERY PLAN ${sql}`)
      .bind(...params)
      .all<{ detail: string }>();
    const steps = plan.results.map(({ detail }) => detail);
    // A virtual table is always scanned by name; `0:=` is one row of it, by its id.
    const scans = steps.filter((step) => !/ VIRTUAL TABLE INDEX 0:=$/.test(step));
    expect(scans, sql).not.toContainEqual(expect.stringMatching(/^SCAN (leads|lead_|import|[lhtoi]\b)/));
  }
});

describe("at once", () => {
  const RUNS = 50;

  test("of two merges of each other's leads one wins, and nothing is lost", async () => {
    for (let run = 0; run < RUNS; run++) {
      const [a, b] = [await make({ city: "A" }), await make({ state: "B" })];
      const answers = await Promise.all([merge(a.id, [b.id]), merge(b.id, [a.id])]);
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 404]);
      const [live, ...more] = await rows(
        "SELECT * FROM leads WHERE id IN (?, ?) AND deleted_at IS NULL",
        a.id,
        b.id,
      );
      expect(more).toEqual([]);
      expect(live).toMatchObject({ city: "A", state: "B", duplicate_of: null });
      const [loser] = await rows(
        "SELECT * FROM leads WHERE id IN (?, ?) AND deleted_at IS NOT NULL",
        a.id,
        b.id,
      );
      expect(loser).toMatchObject({ duplicate_of: live?.id });
    }
    await expectSound();
  });

  test("of two merges that want the same lead one gets it", async () => {
    for (let run = 0; run < RUNS; run++) {
      const [a, b, shared] = [await make(), await make(), await make({ city: "Lima" })];
      const answers = await Promise.all([merge(a.id, [shared.id]), merge(b.id, [shared.id])]);
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 404]);
      const winner = answers[0]?.status === 200 ? a : b;
      const stored = await rows(
        "SELECT id, city FROM leads WHERE id IN (?, ?) AND city IS NOT NULL",
        a.id,
        b.id,
      );
      expect(stored).toEqual([{ id: winner.id, city: "Lima" }]);
      expect(await rowOf(shared)).toMatchObject({ duplicate_of: winner.id });
    }
    await expectSound();
  });

  test("a change of a lead that goes is in the lead that stays, or it is refused", async () => {
    for (let run = 0; run < RUNS; run++) {
      const [kept, going] = [await make(), await make()];
      const json = { city: "Lima" };
      const [answer, changed] = await Promise.all([
        merge(kept.id, [going.id]),
        call(`/leads/${going.id}`, { token: manager.token, method: "PUT", json }),
      ]);
      expect(answer.status).toBe(200);
      expect([200, 404]).toContain(changed.status);
      expect(await rowOf(kept)).toMatchObject({ city: changed.status === 200 ? "Lima" : null });
    }
    await expectSound();
  });

  test("a change of the lead that stays and a merge into it both count", async () => {
    for (let run = 0; run < RUNS; run++) {
      const [kept, going] = [await make(), await make({ state: "B" })];
      const json = { city: "Lima" };
      const answers = await Promise.all([
        merge(kept.id, [going.id]),
        call(`/leads/${kept.id}`, { token: manager.token, method: "PUT", json }),
      ]);
      expect(answers.map(({ status }) => status)).toEqual([200, 200]);
      expect(await rowOf(kept)).toMatchObject({ city: "Lima", state: "B" });
    }
    await expectSound();
  });
});
