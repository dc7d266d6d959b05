import { env } from "cloudflare:test";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { sweepUndos } from "../../../src/imports/undo/consume-undos.ts";
import { UNDOABLE_FOR_MS } from "../../../src/imports/undo/undoable.ts";
import { openScheduledRun } from "../../../src/jobs/scheduled-run.ts";
import { randomOf } from "../../fixtures/random.ts";
import { bodyOf, call, problemOf } from "../../harness/api.ts";
import { surround } from "../../harness/bindings.ts";
import {
  createCampaign,
  createCompany,
  createImportRow,
  createUser,
  type TestCompany,
  type TestUser,
} from "../../harness/factories.ts";
import { failEachOperation, failSometimes, undisturbed } from "../../harness/failing-operation.ts";
import { deliver, prepareImport, sliceOf } from "../../harness/import-run.ts";
import { beginUndo, deliverUndo, leadsToTheLetter, undoOf } from "./undo-run.ts";

let company: TestCompany;
let manager: TestUser;

beforeEach(async () => {
  company = await createCompany();
  manager = await createUser({ access: [{ company, role: "manager" }] });
});

const BEFORE = [
  "Email,Phone,First name,City,Stage,Color,Shape,Tags,External id,Notes",
  ...Array.from({ length: 12 }, (_, n) => `old-${n}@leads.test,,Old ${n},Lima,,red,round,"vip;a",X-${n},one`),
].join("\n");

const FILE = [
  "Email,Phone,First name,City,Stage,Color,Size,Tags,Notes",
  ...Array.from({ length: 12 }, (_, n) =>
    n % 4 === 3
      ? `old-${n}@leads.test,,Old ${n},Lima,,,,,`
      : `old-${n}@leads.test,+52551234560${n % 10},New ${n},,won,blue,L,b;a,[clear]`,
  ),
  ...Array.from({ length: 7 }, (_, n) => `new-${n}@leads.test,,New ${n},,won,,,c,`),
  "not-an-address,,,,,,,,",
].join("\n");

async function imported(
  content: string,
  mode?: "update" | "create" | "skip",
  campaign?: number,
): Promise<string> {
  const code = await prepareImport(company, content, mode, campaign);
  await deliver(code);
  return code;
}

const idOf = async (email: string) =>
  (await company.database
    .prepare("SELECT id FROM leads WHERE company_id = ? AND email = ? AND deleted_at IS NULL")
    .bind(company.id, email)
    .first<number>("id")) ?? 0;

test("an import is taken back to the letter", async () => {
  await imported(BEFORE);
  const before = await leadsToTheLetter(company);
  const { id: campaignId } = await createCampaign(company);
  const code = await imported(FILE, "update", campaignId);
  expect(await leadsToTheLetter(company)).not.toEqual(before);
  await beginUndo(company, code);
  await deliverUndo(code);
  expect(await leadsToTheLetter(company)).toEqual(before);
  expect(await undoOf(company, code)).toMatchObject({
    status: 7,
    deleted: 7,
    restored: 12,
    spared: 0,
    finished: 1,
    listed: [],
    images: 0,
  });
});

describe("what somebody changed since is left as it is, and listed", () => {
  const put = (json: unknown) => ({ method: "PUT", json });
  const changes: [string, (id: number) => Promise<unknown>][] = [
    ["a field", (id) => send(id, "", put({ city: "Cusco" }))],
    ["a tag", (id) => send(id, "", put({ tags: ["vip"] }))],
    ["a stage", (id) => send(id, "", put({ stage: "contacted" }))],
    ["an assignment", (id) => send(id, "", put({ assigned_to: manager.id }))],
    ["a note", (id) => send(id, "/notes", { method: "POST", json: { body: "Spoke to them" } }, 201)],
    ["an e-mail", (id) => send(id, "", put({ email: `another-${id}@leads.test` }))],
  ];
  const send = async (id: number, path: string, asked: Parameters<typeof call>[1], status = 200) =>
    bodyOf(call(`/leads/${id}${path}`, { ...asked, token: manager.token }), status);

  test.each(changes)("%s", async (_, change) => {
    await imported(BEFORE);
    const code = await imported(FILE, "update");
    const ids = [await idOf("old-2@leads.test"), await idOf("new-3@leads.test")];
    for (const id of ids) await change(id);
    const rows = (await leadsToTheLetter(company)).leads.filter(({ id }) => ids.includes(Number(id)));
    await beginUndo(company, code);
    await deliverUndo(code);
    const outcome = await undoOf(company, code);
    expect(outcome).toMatchObject({ status: 7, deleted: 6, restored: 8, spared: 2 });
    expect(outcome.listed).toEqual([
      { record: 3, id: ids[0], reason: "changed" },
      { record: 16, id: ids[1], reason: "changed" },
    ]);
    const after = (await leadsToTheLetter(company)).leads;
    expect(after.filter(({ id }) => ids.includes(Number(id)))).toEqual(rows);
  });

  test("merged, deleted and erased leads, and one whose address another lead has by now", async () => {
    await imported(BEFORE);
    const moved = "Email,External id\nmoved@leads.test,X-9";
    const code = await prepareImport(
      company,
      `${moved}\nnew@leads.test,X-77\nnewer@leads.test,X-78\n,X-4`,
      "update",
      null,
      "MX",
      {
        matchBy: ["external_id"],
      },
    );
    await deliver(code);
    const [gone, erased, kept] = [
      await idOf("new@leads.test"),
      await idOf("newer@leads.test"),
      await idOf("moved@leads.test"),
    ];
    await call(`/leads/${gone}`, { method: "DELETE", token: manager.token });
    await call(`/leads/${erased}?erase=true`, { method: "DELETE", token: manager.token });
    const json = { email: "old-9@leads.test" };
    await bodyOf(call(`/companies/${company.id}/leads`, { method: "POST", json, token: manager.token }), 201);
    await beginUndo(company, code);
    await deliverUndo(code);
    expect(await undoOf(company, code)).toMatchObject({
      deleted: 0,
      restored: 0,
      // The erased one is counted, and has nothing that could be listed.
      spared: 3,
      listed: [
        { record: 1, id: kept, reason: "key_taken" },
        { record: 2, id: gone, reason: "deleted" },
      ],
    });
  });
});

describe("imports that build on each other", () => {
  const LATER = "Email,City\nold-1@leads.test,Quito\nnew-1@leads.test,Quito\nlater@leads.test,Quito";

  test("the latest first gives what was before, to the letter", async () => {
    await imported(BEFORE);
    const before = await leadsToTheLetter(company);
    const first = await imported(FILE, "update");
    const between = await leadsToTheLetter(company);
    const second = await imported(LATER, "update");
    await beginUndo(company, second);
    await beginUndo(company, first);
    // It waits its turn.
    await deliverUndo(first);
    expect(await undoOf(company, first)).toMatchObject({ finished: 0, deleted: 0 });
    await deliverUndo(second);
    expect(await leadsToTheLetter(company)).toEqual(between);
    await deliverUndo(first);
    expect(await leadsToTheLetter(company)).toEqual(before);
  });

  test("the earlier one first is refused, unless the later one's leads are to be spared", async () => {
    await imported(BEFORE);
    const first = await imported(FILE, "update");
    const second = await imported(LATER, "update");
    const ask = (query: string) =>
      call(`/import/${first}/undo${query}`, { method: "POST", token: manager.token });
    const problem = await problemOf(ask(""), 409);
    expect(problem).toMatchObject({ code: "import_built_on", detail: expect.stringContaining(second) });
    expect(await undoOf(company, first)).toMatchObject({ status: 3, finished: 0 });
    const { import_file } = await bodyOf(ask("?later_imports=spare"), 202);
    expect(import_file.undo).toMatchObject({ status: "processing" });
    await deliverUndo(first);
    expect(await undoOf(company, first)).toMatchObject({ deleted: 6, restored: 8, spared: 2 });
  });
});

describe("over HTTP", () => {
  const ask = (code: string, token = manager.token) =>
    call(`/import/${code}/undo`, { method: "POST", token });

  test("it is begun once, ends as undone, is told of, and lists whom it spared by a link", async () => {
    const code = await imported(FILE);
    const id = await idOf("new-3@leads.test");
    const json = { first_name: "=1+1", last_name: "Li, Wei" };
    await bodyOf(call(`/leads/${id}`, { method: "PUT", json, token: manager.token }));
    const [one, two] = await Promise.all([bodyOf(ask(code), 202), bodyOf(ask(code), 202)]);
    expect([one, two].map(({ import_file }) => import_file.status_name)).toEqual([
      "completed_with_errors",
      "completed_with_errors",
    ]);
    // The real queue may have a message of it, too.
    await vi.waitUntil(async () => {
      await deliverUndo(code);
      return (await undoOf(company, code)).finished === 1;
    });
    const { import_file: done } = await bodyOf(call(`/import/${code}`, { token: manager.token }));
    expect(done).toMatchObject({
      status: 7,
      status_name: "undone",
      created_records: 19,
      undo: {
        status: "completed",
        progress: 100,
        deleted_records: 18,
        restored_records: 0,
        spared_records: 1,
      },
    });
    const link = done.undo.spared_file.split("/api/v1")[1];
    const file = await call(link);
    expect(file.status).toBe(200);
    expect((await file.text()).split("\r\n")).toEqual([
      "_row,lead_id,email,phone,first_name,last_name,_code,_reason",
      `16,${id},new-3@leads.test,,'=1+1,"Li, Wei",changed,"It was changed since the import: look at it, and change or delete it by hand."`,
      "",
    ]);
    expect((await problemOf(ask(code), 409)).detail).toContain("undone already");
    const { results } = await company.database
      .prepare(
        "SELECT action, actor_id FROM audit_outbox WHERE company_id = ? AND action LIKE 'import.und%' ORDER BY id",
      )
      .bind(company.id)
      .all();
    const events = await env.DIRECTORY.prepare(
      "SELECT action, actor_id FROM audit_events WHERE company_id = ? AND action LIKE 'import.und%' ORDER BY id",
    )
      .bind(company.id)
      .all();
    expect([...events.results, ...results]).toEqual([
      { action: "import.undo_requested", actor_id: manager.id },
      { action: "import.undone", actor_id: null },
    ]);
  });

  test("a key gets the first answer also once the import is undone, and is as good as new where it was refused", async () => {
    const code = await prepareImport(company, FILE);
    const keyed = () => {
      const headers = { "Idempotency-Key": `back-${code}` };
      return call(`/import/${code}/undo`, { method: "POST", token: manager.token, headers });
    };
    expect((await problemOf(keyed(), 409)).code).toBe("not_undoable");
    await deliver(code);
    const first = await bodyOf(keyed(), 202);
    await vi.waitUntil(async () => {
      await deliverUndo(code);
      return (await undoOf(company, code)).finished === 1;
    });
    expect(await bodyOf(keyed(), 202)).toEqual(first);
    expect((await problemOf(ask(code), 409)).detail).toContain("undone already");
  });

  test("what cannot be undone is a problem that says what to do", async () => {
    const old = { finishedAt: Date.now() - UNDOABLE_FOR_MS - 1 };
    const cases: [Parameters<typeof createImportRow>[2], RegExp][] = [
      [{ status: 0 }, /still running/],
      [{ status: 1 }, /still running/],
      [{ status: 6, finishedAt: Date.now() }, /dry run/],
      [{ status: 2, ...old }, /30 days/],
    ];
    for (const [differs, detail] of cases) {
      const { importCode } = await createImportRow(company, manager, differs);
      const problem = await problemOf(ask(importCode), 409);
      expect(problem).toMatchObject({ code: "not_undoable", detail: expect.stringMatching(detail) });
      expect(await undoOf(company, importCode)).toMatchObject({ status: differs?.status, finished: 0 });
    }
    const viewer = await createUser({ access: [{ company, role: "viewer" }] });
    await problemOf(ask(await imported(FILE), viewer.token), 403);
  });
});

describe("whatever fails", () => {
  beforeEach(() => void vi.spyOn(console, "error").mockImplementation(() => {}));
  const LATER_MS = 10 * 60_000;

  /** A company with an import to undo, of which two leads were changed since. */
  async function prepared() {
    company = await createCompany();
    await imported(BEFORE);
    const code = await imported(FILE, "update");
    for (const email of ["old-2@leads.test", "new-3@leads.test"]) {
      await company.database
        .prepare("UPDATE leads SET version = version + 1, city = 'Cusco' WHERE id = ?")
        .bind(await idOf(email))
        .run();
    }
    await beginUndo(company, code);
    return code;
  }

  /** What is left, but for ids and times. */
  async function outcomeOf(code: string) {
    const { leads, tags, history, counted } = await leadsToTheLetter(company);
    const { listed, id: _, ...outcome } = await undoOf(company, code);
    return {
      outcome,
      listed: listed.map(({ record, reason }) => [record, reason]),
      leads: leads.map(({ email, phone, first_name, city, notes, stage_id, version, custom_fields }) => [
        ...[email, phone, first_name, city, notes, stage_id, version, custom_fields],
      ]),
      sizes: [tags.length, history.length, counted],
    };
  }

  test("each record is taken back once: one operation after the other", async () => {
    const code = await prepared();
    await deliverUndo(code);
    const expected = await outcomeOf(code);
    expect(expected.outcome).toMatchObject({ status: 7, deleted: 6, restored: 8, spared: 2 });
    const failures = await failEachOperation(async (around, what) => {
      const again = await prepared();
      const disturbed = surround(env, around, async () => {});
      let later = 0;
      for (let turn = 0; (await undoOf(company, again)).finished === 0; turn++) {
        if (turn > 20) throw new Error("the undo never ends");
        const now = () => Date.now() + later;
        await deliverUndo(again, { env: disturbed, newSlice: sliceOf(30), now });
        later += LATER_MS;
      }
      expect(await outcomeOf(again), what()).toEqual(expected);
    }, 3);
    expect(failures).toBeGreaterThan(20);
  }, 120_000);

  test("each record is taken back once: several deliveries at once, with and without leases", async () => {
    const expected = await (async () => {
      const code = await prepared();
      await deliverUndo(code);
      return outcomeOf(code);
    })();
    for (let seed = 1; seed <= 6; seed++) {
      const code = await prepared();
      const around = failSometimes(randomOf(seed, 3));
      const deliveries = Array.from({ length: 3 }, () =>
        deliverUndo(code, {
          env: surround(env, around, async () => {}),
          ...(seed % 2 && { leaseMs: 0 }),
        }),
      );
      await Promise.all(deliveries);
      const later = () => Date.now() + LATER_MS;
      while ((await undoOf(company, code)).finished === 0) await deliverUndo(code, { now: later });
      expect(await outcomeOf(code), `seed ${seed}`).toEqual(expected);
    }
  }, 60_000);

  test("a lost message is sent again", async () => {
    const code = await prepared();
    const sent: unknown[] = [];
    const disturbed = surround(env, undisturbed, async (message) => void sent.push(message));
    await sweepUndos(openScheduledRun(disturbed, Date.now()));
    expect(sent).toEqual([]);
    await sweepUndos(openScheduledRun(disturbed, Date.now() + LATER_MS));
    expect(sent).toContainEqual({ kind: "undo", import_code: code });
  });
});
