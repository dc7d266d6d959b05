import { beforeAll, describe, expect, test } from "vitest";
import { bodyOf, call, problemOf } from "../../harness/api.ts";
import { createCompany, createUser, type TestCompany, type TestUser } from "../../harness/factories.ts";
import { createLead } from "../../harness/leads.ts";

let company: TestCompany;
let manager: TestUser;
let agent: TestUser;
let viewer: TestUser;

const list = (id: number, { token } = manager, query = "") => call(`/leads/${id}/notes${query}`, { token });
const write = (id: number, body: unknown, { token } = agent) =>
  call(`/leads/${id}/notes`, { token, method: "POST", json: { body } });
const remove = (id: number, note: number, { token } = agent) =>
  call(`/leads/${id}/notes/${note}`, { token, method: "DELETE" });
const history = (id: number, { token } = manager, query = "") =>
  call(`/leads/${id}/stage_changes${query}`, { token });
const bodies = async (id: number, query = "") =>
  (await bodyOf(list(id, manager, query))).notes.map(({ body }: { body: string }) => body);
const ownLead = (differs = {}) => createLead(company, { assignedTo: agent.id, ...differs });

beforeAll(async () => {
  company = await createCompany();
  const user = (role: "manager" | "agent" | "viewer", firstName: string) =>
    createUser({ access: [{ company, role }], firstName, lastName: "Note" });
  manager = await user("manager", "Mara");
  agent = await user("agent", "Ana");
  viewer = await user("viewer", "Vito");
});

describe("notes", () => {
  test("say who wrote what, the newest first", async () => {
    const { id } = await ownLead();
    const first = await bodyOf(write(id, " called \r\n twice "), 201);
    expect(first.note).toMatchObject({
      lead_id: id,
      body: "called \n twice",
      author: { id: agent.id, full_name: "Ana Note" },
    });
    await bodyOf(write(id, "an offer", manager), 201);
    const { notes, meta } = await bodyOf(list(id, viewer));
    expect(notes.map((note: { author: unknown; body: string }) => [note.author, note.body])).toEqual([
      [{ id: manager.id, full_name: "Mara Note" }, "an offer"],
      [{ id: agent.id, full_name: "Ana Note" }, "called \n twice"],
    ]);
    expect(notes[1]).toEqual(first.note);
    expect(meta.total_records).toBe(2);
    expect(await bodies(id, `?author_id_eq=${agent.id}`)).toEqual(["called \n twice"]);
    expect(await bodies(id, "?limit=1&page=2")).toEqual(["called \n twice"]);
  });

  test("that say nothing are refused", async () => {
    const { id } = await ownLead();
    for (const body of ["", " \u0000\n", "x".repeat(32_768), 5, null]) await problemOf(write(id, body), 422);
    expect(await bodies(id)).toEqual([]);
  });

  test("are deleted by who wrote them and by managers", async () => {
    const { id } = await ownLead();
    const noteBy = async (user: TestUser) =>
      (await bodyOf(write(id, user.email, user), 201)).note.id as number;
    const [own, other, managers] = [await noteBy(agent), await noteBy(agent), await noteBy(manager)];
    await problemOf(remove(id, managers), 403);
    await problemOf(remove(id, own, viewer), 403);
    await bodyOf(remove(id, own), 204);
    await problemOf(remove(id, own), 404);
    await bodyOf(remove(id, other, manager), 204);
    await problemOf(remove((await ownLead()).id, managers, manager), 404);
    expect(await bodies(id)).toEqual([manager.email]);
  });

  test("leave no answer behind that tells what they said", async () => {
    const { id } = await ownLead();
    const send = (headers = { "Idempotency-Key": `note-${id}` }) =>
      call(`/leads/${id}/notes`, { token: agent.token, method: "POST", json: { body: "zqnote" }, headers });
    const kept = () =>
      company.database
        .prepare("SELECT count(*) AS n FROM keyed_requests WHERE instr(body, 'zqnote') > 0")
        .first<number>("n");
    const { note } = await bodyOf(send(), 201);
    expect(await kept()).toBe(1);
    await bodyOf(remove(id, note.id), 204);
    expect(await kept()).toBe(0);
    await problemOf(send(), 404);
    expect(await bodies(id)).toEqual([]);
  });

  test("are for those who see the lead", async () => {
    const { id } = await createLead(company);
    const stranger = await createUser({ access: [{ company: await createCompany(), role: "owner" }] });
    const { note } = await bodyOf(write(id, "secret", manager), 201);
    for (const user of [agent, stranger]) {
      await problemOf(list(id, user), 404);
      await problemOf(write(id, "mine", user), 404);
      await problemOf(remove(id, note.id, user), 404);
      await problemOf(history(id, user), 404);
    }
    await problemOf(write(id, "mine", viewer), 403);
    expect(await bodies(id)).toEqual(["secret"]);
  });

  test("go with a deleted lead", async () => {
    const { id } = await ownLead({ deletedAt: Date.now() });
    await problemOf(list(id), 404);
    await problemOf(write(id, "late", manager), 404);
    await problemOf(history(id), 404);
  });
});

test("the history tells each change of stage, who made it and when", async () => {
  const { id } = await ownLead();
  const stage = (key: string, { token } = agent) =>
    bodyOf(call(`/leads/${id}`, { token, method: "PUT", json: { stage: key } }));
  const start = Date.now();
  await stage("contacted");
  await stage("won", manager);
  await company.database
    .prepare(
      "INSERT INTO lead_stage_changes (company_id, lead_id, from_stage_id, to_stage_id, changed_at) VALUES (?, ?, 6, 1, ?)",
    )
    .bind(company.id, id, Date.now())
    .run();
  const { stage_changes: changes } = await bodyOf(history(id, agent));
  const keys = changes.map((one: { from_stage: { key: string }; to_stage: { key: string } }) => [
    one.from_stage.key,
    one.to_stage.key,
  ]);
  expect(keys).toEqual([
    ["won", "new"],
    ["contacted", "won"],
    ["new", "contacted"],
  ]);
  expect(changes.map((one: { changed_by: unknown }) => one.changed_by)).toEqual([
    null,
    { id: manager.id, full_name: "Mara Note" },
    { id: agent.id, full_name: "Ana Note" },
  ]);
  for (const { changed_at } of changes) {
    expect(Date.parse(changed_at)).toBeGreaterThanOrEqual(start);
    expect(Date.parse(changed_at)).toBeLessThanOrEqual(Date.now());
  }
  expect((await bodyOf(history(id, viewer, "?limit=2"))).meta).toMatchObject({
    total_pages: 2,
    total_records: 3,
  });
});
