import { env } from "cloudflare:test";
import { beforeEach, expect, test } from "vitest";
import { purgeBeforeImages } from "../../../src/imports/undo/purge-images.ts";
import { UNDOABLE_FOR_MS } from "../../../src/imports/undo/undoable.ts";
import { openScheduledRun } from "../../../src/jobs/scheduled-run.ts";
import { bodyOf, call } from "../../harness/api.ts";
import { createCompany, createUser, type TestCompany, type TestUser } from "../../harness/factories.ts";
import { deliver, prepareImport } from "../../harness/import-run.ts";
import { beginUndo, deliverUndo, leadsToTheLetter, undoOf } from "./undo-run.ts";

let company: TestCompany;
let manager: TestUser;

beforeEach(async () => {
  company = await createCompany();
  manager = await createUser({ access: [{ company, role: "manager" }] });
});

async function imported(content: string, mode: "update" | "create", byId = false): Promise<string> {
  const more = byId ? { matchBy: ["external_id"] as ["external_id"] } : {};
  const code = await prepareImport(company, content, mode, null, "MX", more);
  await deliver(code);
  return code;
}

async function create(json: unknown): Promise<void> {
  await bodyOf(call(`/companies/${company.id}/leads`, { method: "POST", json, token: manager.token }), 201);
}

async function undo(code: string) {
  await beginUndo(company, code);
  await deliverUndo(code);
  return undoOf(company, code);
}

const rows = async () => (await leadsToTheLetter(company)).leads;
const kept = () =>
  company.database
    .prepare(
      "SELECT count(*) AS n FROM import_moved_copies m JOIN imports i ON i.id = m.import_id WHERE i.company_id = ?",
    )
    .bind(company.id)
    .first<number>("n");

const TWO_COPIES: [string, object, string, string][] = [
  [
    "e-mail",
    { email: "a@dup.com", external_id: "X1" },
    "name,email\nC1,a@dup.com\nC2,a@dup.com",
    "email,external_id\nnew@dup.com,X1",
  ],
  [
    "phone",
    { phone: "+525512345601", external_id: "X1" },
    "name,phone\nC1,+525512345601\nC2,+525512345601",
    "phone,email,external_id\n[clear],new@dup.com,X1",
  ],
];

test.each(TWO_COPIES)(
  "a lead whose %s the import changed gets it back, and its copies with it",
  async (_, lead, copies, change) => {
    await create(lead);
    await imported(copies, "create");
    const before = await rows();
    const code = await imported(change, "update", true);
    const [a, c1, c2] = await rows();
    expect([c1?.duplicate_of, c2?.duplicate_of]).toEqual([null, c1?.id]);
    expect(await undo(code)).toMatchObject({ status: 7, restored: 1, spared: 0, listed: [] });
    expect(await rows()).toEqual(before);
    expect(before[1]?.duplicate_of).toBe(a?.id);
    expect(await kept()).toBe(0);
  },
);

test("a copy that somebody changed since stays as it is, and keeps the key", async () => {
  const [, lead, copies, change] = TWO_COPIES[0] as (typeof TWO_COPIES)[number];
  await create(lead);
  await imported(copies, "create");
  const code = await imported(change, "update", true);
  const [a, c1] = await rows();
  const json = { city: "Cusco" };
  await bodyOf(call(`/leads/${c1?.id}`, { method: "PUT", json, token: manager.token }), 200);
  const before = await rows();
  expect(await undo(code)).toMatchObject({ restored: 0, listed: [{ id: a?.id, reason: "key_taken" }] });
  expect(await rows()).toEqual(before);
});

test("a copy of a copy that goes back goes with it, also where it was changed since", async () => {
  const [, lead, copies, change] = TWO_COPIES[0] as (typeof TWO_COPIES)[number];
  await create(lead);
  await imported(copies, "create");
  const code = await imported(change, "update", true);
  const [a, c1, c2] = await rows();
  const json = { city: "Cusco" };
  await bodyOf(call(`/leads/${c2?.id}`, { method: "PUT", json, token: manager.token }), 200);
  expect(await undo(code)).toMatchObject({ restored: 1, spared: 0 });
  expect((await rows()).map(({ id, duplicate_of, city }) => [id, duplicate_of, city])).toEqual([
    [a?.id, null, null],
    [c1?.id, a?.id, null],
    [c2?.id, a?.id, "Cusco"],
  ]);
});

test("whom copies were of is purged with the before-images, and goes with a copy that is erased", async () => {
  const [, lead, copies, change] = TWO_COPIES[0] as (typeof TWO_COPIES)[number];
  await create(lead);
  await imported(copies, "create");
  await imported(change, "update", true);
  expect(await kept()).toBe(2);
  const [, , c2] = await rows();
  await call(`/leads/${c2?.id}?erase=true`, { method: "DELETE", token: manager.token });
  expect(await kept()).toBe(1);
  await purgeBeforeImages(openScheduledRun(env, Date.now() + UNDOABLE_FOR_MS + 1_000));
  expect(await kept()).toBe(0);
});

test("leads that were erased since are told as spared, without who they were", async () => {
  await create({ email: "old@dup.com" });
  const code = await imported("name,email\nOld,old@dup.com\nGone,gone@dup.com\nNew,new@dup.com", "update");
  const [old, gone] = await rows();
  for (const lead of [old, gone])
    await call(`/leads/${lead?.id}?erase=true`, { method: "DELETE", token: manager.token });
  expect(await undo(code)).toMatchObject({ deleted: 1, restored: 0, spared: 2 });
  const { import_file } = await bodyOf(call(`/import/${code}`, { token: manager.token }), 200);
  const file = await call(import_file.undo.spared_file.split("/api/v1")[1] ?? "");
  const erased = ",,,,,,deleted,It was erased since the import: who it was is not known any more.";
  expect((await file.text()).trimEnd().split("\r\n").slice(1)).toEqual([erased, erased]);
});

test("a copy that takes the place of its deleted lead was changed by nobody", async () => {
  await create({ email: "a@dup.com" });
  const before = await rows();
  const code = await imported("name,email\nC1,a@dup.com\nC2,a@dup.com", "create");
  await call(`/leads/${before[0]?.id}`, { method: "DELETE", token: manager.token });
  expect(
    (await rows()).filter(({ duplicate_of: of, deleted_at: at }) => of === null && at === null),
  ).toHaveLength(1);
  expect(await undo(code)).toMatchObject({ status: 7, deleted: 2, spared: 0 });
  expect((await rows()).map(({ id }) => id)).toEqual(before.map(({ id }) => id));
});
