import { beforeAll, describe, expect, test } from "vitest";
import { openLeads } from "../../../src/db/clients.ts";
import {
  importMatches,
  leadNotes,
  leadStageChanges,
  leadTags,
  questions,
} from "../../../src/db/leads/schema.ts";
import { bodyOf, call, problemOf } from "../../harness/api.ts";
import { createCampaign, createImportRow } from "../../harness/factories.ts";
import {
  agent,
  company,
  copyOf,
  createParty,
  expectSound,
  make,
  manager,
  merged,
  rowOf,
  rows,
} from "./merge-party.ts";

beforeAll(createParty);

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
