import { beforeEach, expect, test } from "vitest";
import { createApiKey } from "../harness/accounts/api-keys.ts";
import { bodyOf, call, upload, waitForImport } from "../harness/api.ts";
import { createCompany, createUser, type TestCompany, type TestUser } from "../harness/factories.ts";
import { deliver, prepareImport } from "../harness/import-run.ts";
import { beginUndo, deliverUndo } from "../imports/undo/undo-run.ts";
import { type FeedEvent, readPage } from "./follower.ts";

let company: TestCompany;
let manager: TestUser;

beforeEach(async () => {
  company = await createCompany({ store: 1 });
  manager = await createUser({ access: [{ company, role: "manager" }] });
});

const file = (from: number, to: number, stage = "") =>
  [
    "email,first_name,stage",
    ...Array.from({ length: to - from }, (_, n) => `p${from + n}@leads.test,P,${stage}`),
  ].join("\n");
const stored = async (condition = "1") => {
  const query = `SELECT type FROM events WHERE company_id = ? AND ${condition} ORDER BY id`;
  const { results } = await company.database.prepare(query).bind(company.id).all<{ type: string }>();
  return results.map(({ type }) => type);
};
const ofType = (events: FeedEvent[], wanted: string) => events.filter(({ type }) => type === wanted);

async function readAll(limit: number, types?: string): Promise<FeedEvent[]> {
  const all: FeedEvent[] = [];
  for (let after: string | undefined; ; ) {
    const page = await readPage(company, manager.token, {
      limit,
      ...(after && { after }),
      ...(types && { types }),
    });
    expect(page.events.length).toBeLessThanOrEqual(limit);
    all.push(...page.events);
    after = page.meta.next_cursor;
    if (!page.meta.has_more) return all;
  }
}

test("a chunk is one row, and each of its leads an event when it is read", async () => {
  const code = await prepareImport(company, file(0, 12));
  await deliver(code);
  expect(await stored()).toEqual([
    "import.created",
    "import.started",
    ...["import.chunk", "import.chunk", "import.chunk"],
    "import.completed",
  ]);
  const events = await readAll(500);
  expect(ofType(events, "lead.created")).toHaveLength(12);
  for (const { data, actor } of ofType(events, "lead.created")) {
    expect(data).toMatchObject({ import_code: code, lead: { import: { import_code: code } } });
    expect(actor).toEqual({ type: "user", id: 1 });
  }
  expect(events.at(-1)).toMatchObject({
    type: "import.completed",
    actor: { type: "system", id: null },
    data: { import: { import_code: code, status_name: "completed", created_records: 12 } },
  });
});

test("pages of any size have the same events, once each and in one order", async () => {
  await deliver(await prepareImport(company, file(0, 7)));
  await deliver(await prepareImport(company, file(3, 9, "won"), "update"));
  const whole = await readAll(500);
  const ids = whole.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ofType(whole, "lead.stage_changed")).toHaveLength(4);
  for (const limit of [1, 7]) expect((await readAll(limit)).map(({ id }) => id)).toEqual(ids);
  // The id of an event is a cursor, too.
  const middle = Math.floor(ids.length / 2);
  const { events } = await readPage(company, manager.token, { limit: 500, after: ids[middle] });
  expect(events.map(({ id }) => id)).toEqual(ids.slice(middle + 1));
});

test("a filter by types finds what chunks, undos and changes did", async () => {
  await deliver(await prepareImport(company, file(0, 8)));
  const code = await prepareImport(company, file(4, 10, "won"), "update");
  await deliver(code);
  await beginUndo(company, code);
  await deliverUndo(code);
  const whole = await readAll(500);
  for (const type of [
    "lead.created",
    "lead.updated",
    "lead.stage_changed",
    "lead.deleted",
    "import.undone",
  ]) {
    const wanted = ofType(whole, type).map(({ id }) => id);
    expect(wanted.length, type).toBeGreaterThan(0);
    for (const limit of [3])
      expect(
        (await readAll(limit, type)).map(({ id }) => id),
        type,
      ).toEqual(wanted);
  }
});

test("an undo tells whom it deleted and whom it restored, a row for each step", async () => {
  await deliver(await prepareImport(company, file(0, 4)));
  const code = await prepareImport(company, file(2, 7, "won"), "update");
  await deliver(code);
  const before = (await readPage(company, manager.token, { after: "latest" })).meta.next_cursor;
  await beginUndo(company, code);
  await deliverUndo(code, { stepRecords: 10 });
  expect(await stored("type = 'import.undo_step'")).toEqual(["import.undo_step"]);
  const { events } = await readPage(company, manager.token, { after: before });
  const restored = ofType(events, "lead.updated");
  expect(ofType(events, "lead.deleted").map(({ data }) => data)).toEqual(
    Array.from({ length: 3 }, () => ({ lead: null, import_code: code })),
  );
  expect(restored.map(({ data }) => [data.changed, data.lead.stage.key])).toEqual([
    [["stage"], "new"],
    [["stage"], "new"],
  ]);
  expect(events.at(-1)).toMatchObject({ type: "import.undone", data: { import: { status_name: "undone" } } });
});

test("a dry run tells that it ran, and nothing of leads", async () => {
  const code = await prepareImport(company, file(0, 7), "skip", null, "MX", { dryRun: true });
  await deliver(code);
  expect(await stored()).toEqual(["import.created", "import.started", "import.validated"]);
  await bodyOf(call(`/import/${code}/commit`, { token: manager.token, method: "POST" }), 202);
  await deliver(code);
  expect(await stored("type = 'import.chunk'")).toHaveLength(2);
  expect(ofType(await readAll(500), "lead.created")).toHaveLength(7);
});

test("a chunk costs one row more, and no statement", async () => {
  const rowsWritten = async (dryRun: boolean) => {
    const code = await prepareImport(company, file(0, 1), "skip", null, "MX", { dryRun });
    const { meta } = await company.database
      .prepare(
        `INSERT INTO import_chunks (import_id, first_record, records, leads_after, written_at)
         SELECT id, 1, 1, 0, 0 FROM imports WHERE import_code = ?`,
      )
      .bind(code)
      .run();
    return meta.rows_written;
  };
  expect((await rowsWritten(false)) - (await rowsWritten(true))).toBe(1);
});

test("an import and its undo are told in the name of the API key, and in no operator's", async () => {
  const key = await createApiKey(company, manager);
  const operator = await createUser({ operator: true });
  const partner = await createUser({ operator: true, access: [{ company, role: "manager" }] });
  const actors = [];
  let after = "";
  for (const { token } of [key, operator, partner]) {
    const { import_code: code } = await upload(token, company.id, file(0, 2));
    await waitForImport(code, token);
    await bodyOf(call(`/import/${code}/undo`, { token, method: "POST", json: {} }), 202);
    await expect
      .poll(async () => (await bodyOf(call(`/import/${code}`, { token }))).import_file.status_name)
      .toBe("undone");
    const { events, meta } = await readPage(company, manager.token, after ? { after } : {});
    actors.push(
      events.filter(({ actor }) => actor.type !== "system").map(({ type, actor }) => [type, actor]),
    );
    after = meta.next_cursor;
  }
  // Leads that are gone by then are told to be created by no chunk.
  const types = ["import.created", "lead.deleted", "lead.deleted"];
  const by = (type: string, id: number | null) => types.map((one) => [one, { type, id }]);
  expect(actors).toEqual([by("api_key", key.id), by("operator", null), by("user", partner.id)]);
});
