import { beforeEach, describe, expect, test } from "vitest";
import { createApiKey } from "../harness/accounts/api-keys.ts";
import { bodyOf, call, problemOf } from "../harness/api.ts";
import { createCompany, createUser, type TestCompany, type TestUser } from "../harness/factories.ts";
import { deliver, prepareImport } from "../harness/import-run.ts";
import { type FeedEvent, readPage } from "./follower.ts";

let company: TestCompany;
let manager: TestUser;
let agent: TestUser;

beforeEach(async () => {
  company = await createCompany({ store: 1 });
  manager = await createUser({ access: [{ company, role: "manager" }] });
  agent = await createUser({ access: [{ company, role: "agent" }] });
});

const send = (path: string, method: string, json?: unknown, token = manager.token) =>
  call(path, { token, method, ...(json !== undefined && { json }) });
const create = async (fields: object): Promise<number> =>
  (await bodyOf(send(`/companies/${company.id}/leads`, "POST", fields), 201)).lead.id;
const typesOf = (events: FeedEvent[]) => events.map(({ type, object }) => `${type} ${object.id}`);
const storedRows = async () => {
  const all = "SELECT id, type, details FROM events WHERE company_id = ? ORDER BY id";
  return (await company.database.prepare(all).bind(company.id).all<{ id: number; type: string }>()).results;
};

describe("requests", () => {
  test("tell in order what they change, by whom, and what the lead is by now", async () => {
    const id = await create({ email: "vera@leads.test", first_name: "Vera" });
    await bodyOf(
      send(`/leads/${id}`, "PUT", {
        stage: "contacted",
        assigned_to: agent.id,
        tags: ["vip"],
        custom_fields: { Dog: "Rex" },
      }),
    );
    const note = (
      await bodyOf(send(`/leads/${id}/notes`, "POST", { body: "Spoke to her" }, agent.token), 201)
    ).note;
    await bodyOf(send(`/leads/${id}/notes/${note.id}`, "DELETE"), 204);
    await bodyOf(send(`/leads/${id}`, "DELETE"), 204);
    const { lead } = await bodyOf(send(`/leads/${id}/restore`, "POST"));
    const { events, meta } = await readPage(company, manager.token);
    const by = (user: TestUser) => ({ type: "user", id: user.id });
    expect(
      events.map(({ type, actor, data: { lead: _, import_code, ...data } }) => [type, actor, data]),
    ).toEqual([
      ["lead.created", by(manager), {}],
      ["lead.updated", by(manager), { changed: ["stage", "assigned_to", "custom_fields", "tags"] }],
      ["lead.stage_changed", by(manager), { from_stage: "new", to_stage: "contacted" }],
      ["lead.assigned", by(manager), { from_user_id: null, to_user_id: agent.id }],
      ["lead.note_added", by(agent), { note_id: note.id }],
      ["lead.note_removed", by(manager), { note_id: note.id }],
      ["lead.deleted", by(manager), {}],
      ["lead.restored", by(manager), {}],
    ]);
    for (const event of events) expect(event.data.lead).toEqual(lead);
    expect(meta).toEqual({ next_cursor: `${company.id}-6`, has_more: false });
  });

  test("that are refused, or change nothing, tell nothing", async () => {
    const id = await create({ email: "ida@leads.test" });
    const before = await storedRows();
    await problemOf(send(`/companies/${company.id}/leads`, "POST", { email: "ida@leads.test" }), 409);
    await bodyOf(send(`/leads/${id}`, "PUT", { email: "ida@leads.test" }));
    await bodyOf(send(`/leads/${id}/restore`, "POST"));
    expect(await storedRows()).toEqual(before);
  });

  test("at once get ids without a gap", async () => {
    const id = await create({ email: "many@leads.test" });
    await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        bodyOf(send(`/leads/${id}`, "PUT", { city: `Lima ${index}` })),
      ),
    );
    expect((await storedRows()).map((row) => row.id)).toEqual(
      Array.from({ length: 13 }, (_, index) => index + 1),
    );
  });

  test("merge leads, and name those that are gone", async () => {
    const kept = await create({ email: "one@leads.test" });
    const gone = await create({ phone: "+525512345678", stage: "won" });
    await bodyOf(send(`/leads/${kept}/merge`, "POST", { lead_ids: [gone], fields: { stage: gone } }));
    const { events } = await readPage(company, manager.token, { after: `${company.id}-2` });
    expect(typesOf(events)).toEqual([`lead.stage_changed ${kept}`, `lead.merged ${kept}`]);
    expect(events[1]?.data).toMatchObject({ lead: { id: kept }, merged_lead_ids: [gone] });
  });

  test("erase a person, of whom the feed has nothing left but ids", async () => {
    const id = await create({ email: "quirina@leads.test", custom_fields: { "Quirina's dog": "Rex" } });
    await bodyOf(
      send(`/leads/${id}`, "PUT", { first_name: "Quirina", custom_fields: { "Quirina's cat": "Tom" } }),
    );
    await bodyOf(send(`/leads/${id}/erase`, "POST"), 202);
    const { events } = await readPage(company, manager.token);
    expect(typesOf(events)).toEqual([`lead.created ${id}`, `lead.updated ${id}`, `lead.erased ${id}`]);
    for (const event of events) expect(event.data.lead).toBeNull();
    expect(JSON.stringify([events, await storedRows()]).toLowerCase()).not.toContain("quirina");
  });
});

describe("an agent", () => {
  test("reads of own leads, and when one is taken away", async () => {
    const unseen = await create({ email: "other@leads.test" });
    const own = await create({ email: "own@leads.test", assigned_to: agent.id });
    const erased = await create({ email: "gone@leads.test", assigned_to: agent.id });
    await bodyOf(send(`/leads/${own}`, "PUT", { assigned_to: manager.id }));
    await bodyOf(send(`/leads/${erased}/erase`, "POST"), 202);
    await bodyOf(send(`/leads/${unseen}`, "PUT", { city: "Lima" }));
    const { events, meta } = await readPage(company, agent.token);
    expect(typesOf(events)).toEqual([`lead.updated ${own}`, `lead.assigned ${own}`, `lead.erased ${erased}`]);
    for (const event of events) expect(event.data.lead).toBeNull();
    expect(meta).toEqual((await readPage(company, manager.token)).meta);
  });

  test("reads nothing of imports", async () => {
    await deliver(await prepareImport(company, "email\na@leads.test"));
    expect((await readPage(company, agent.token)).events).toEqual([]);
  });
});

describe("pages", () => {
  const cases: [string, (other: TestCompany) => string, number, string][] = [
    ["of another company", (other) => `${other.id}-1`, 400, "other_company"],
    ["that is none", () => "x1", 400, "invalid_value"],
    ["with a part too many", () => `${company.id}-1-2-3-4`, 400, "invalid_value"],
    ["that no number can be", () => `${company.id}-9999999999999999`, 400, "invalid_value"],
  ];
  test.each(cases)("a cursor %s is refused", async (_, cursor, status, code) => {
    const path = `/companies/${company.id}/events?after=${cursor(await createCompany())}`;
    expect((await problemOf(send(path, "GET"), status)).errors[0]).toMatchObject({ pointer: "/after", code });
  });

  test("begin at the end of the feed where that is asked for", async () => {
    await create({ email: "early@leads.test" });
    const { events, meta } = await readPage(company, manager.token, { after: "latest" });
    expect([events, meta]).toEqual([[], { next_cursor: `${company.id}-1`, has_more: false }]);
    const id = await create({ email: "late@leads.test" });
    const next = await readPage(company, manager.token, { after: meta.next_cursor });
    expect(typesOf(next.events)).toEqual([`lead.created ${id}`]);
  });

  test("of an empty feed have a cursor, too", async () => {
    const { meta } = await readPage(company, manager.token);
    expect(meta).toEqual({ next_cursor: `${company.id}-0`, has_more: false });
    const id = await create({ email: "first@leads.test" });
    expect(typesOf((await readPage(company, manager.token, { after: meta.next_cursor })).events)).toEqual([
      `lead.created ${id}`,
    ]);
  });

  test("beyond the end are of a feed that was restored, and are told so", async () => {
    for (const name of ["a", "b", "c"]) await create({ email: `${name}@leads.test` });
    const { meta } = await readPage(company, manager.token);
    await company.database
      .prepare("DELETE FROM events WHERE company_id = ? AND id > 2")
      .bind(company.id)
      .run();
    const path = `/companies/${company.id}/events?after=${meta.next_cursor}`;
    expect((await problemOf(send(path, "GET"), 410)).detail).toContain("restored");
  });

  test("count a heavy lead with each of its events", async () => {
    const notes = "x".repeat(30_000);
    const custom_fields = Object.fromEntries(Array.from({ length: 8 }, (_, n) => [`Field ${n}`, notes]));
    const id = await create({ email: "often@leads.test", notes, custom_fields });
    for (let n = 0; n < 8; n++) await bodyOf(send(`/leads/${id}`, "PUT", { city: `City ${n}` }));
    const sizes: number[] = [];
    for (let after: string | undefined, has_more = true; has_more; ) {
      const page = await readPage(company, manager.token, { limit: 500, ...(after && { after }) });
      expect(JSON.stringify(page).length).toBeLessThan(1.1 * 1024 * 1024);
      sizes.push(page.events.length);
      ({ next_cursor: after, has_more } = page.meta);
    }
    expect(sizes).toEqual([3, 3, 3]);
  });

  test("tell a key without leads:read which leads changed, and nothing of what is in them", async () => {
    const id = await create({ email: "kept@leads.test" });
    const { token } = await createApiKey(company, manager, { scopes: ["events:read"] });
    const both = await createApiKey(company, manager, { scopes: ["events:read", "leads:read"] });
    const [event] = (await readPage(company, token)).events;
    expect(event).toMatchObject({ object: { id }, data: { lead: null, lead_withheld: true } });
    const [whole] = (await readPage(company, both.token)).events;
    expect(whole.data.lead.id).toBe(id);
    expect(whole.data).not.toHaveProperty("lead_withheld");
  });

  test("end before they are too heavy, and nothing is passed over", async () => {
    const notes = "x".repeat(30_000);
    const custom_fields = Object.fromEntries(Array.from({ length: 8 }, (_, n) => [`Field ${n}`, notes]));
    const ids: number[] = [];
    for (let n = 0; n < 7; n++)
      ids.push(await create({ email: `heavy-${n}@leads.test`, notes, custom_fields }));
    const read: number[] = [];
    for (let after: string | undefined; ; ) {
      const page = await readPage(company, manager.token, after ? { after } : {});
      expect(JSON.stringify(page).length).toBeLessThan(1.1 * 1024 * 1024);
      read.push(...page.events.map(({ object }) => object.id));
      after = page.meta.next_cursor;
      if (!page.meta.has_more) break;
      expect(page.events.length).toBeGreaterThan(0);
    }
    expect(read).toEqual(ids);
  });
});
