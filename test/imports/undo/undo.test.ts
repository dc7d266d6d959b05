import { beforeEach, describe, expect, test } from "vitest";
import { bodyOf, call, problemOf } from "../../harness/api.ts";
import { createCampaign } from "../../harness/factories.ts";
import { deliver, prepareImport } from "../../harness/import-run.ts";
import { BEFORE, company, createParty, FILE, idOf, imported, manager } from "./undo-party.ts";
import { beginUndo, deliverUndo, leadsToTheLetter, undoOf } from "./undo-run.ts";

beforeEach(createParty);

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
