import { env } from "cloudflare:test";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { UNDOABLE_FOR_MS } from "../../../src/imports/undo/undoable.ts";
import { bodyOf, call, problemOf } from "../../harness/api.ts";
import { createImportRow, createUser } from "../../harness/factories.ts";
import { deliver, prepareImport } from "../../harness/import-run.ts";
import { PATIENCE_MS } from "../../harness/runtime/patience.ts";
import { company, createParty, FILE, idOf, imported, manager } from "./undo-party.ts";
import { deliverUndo, undoOf } from "./undo-run.ts";

beforeEach(createParty);

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
    await vi.waitUntil(
      async () => {
        await deliverUndo(code);
        return (await undoOf(company, code)).finished === 1;
      },
      { timeout: PATIENCE_MS },
    );
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

  test("who was deleted since is a number in the list of those whom it spared, and no person", async () => {
    const code = await imported(FILE);
    const id = await idOf("new-4@leads.test");
    await bodyOf(call(`/leads/${id}`, { method: "DELETE", token: manager.token }), 204);
    await bodyOf(ask(code), 202);
    await vi.waitUntil(
      async () => {
        await deliverUndo(code);
        return (await undoOf(company, code)).finished === 1;
      },
      { timeout: PATIENCE_MS },
    );
    const { import_file: done } = await bodyOf(call(`/import/${code}`, { token: manager.token }));
    const file = await (await call(done.undo.spared_file.split("/api/v1")[1])).text();
    expect(file.split("\r\n").slice(1)).toEqual([
      `17,${id},,,,,deleted,"It was deleted since the import, or merged into another lead."`,
      "",
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
    await vi.waitUntil(
      async () => {
        await deliverUndo(code);
        return (await undoOf(company, code)).finished === 1;
      },
      { timeout: PATIENCE_MS },
    );
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
