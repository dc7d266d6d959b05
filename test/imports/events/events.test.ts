import { beforeAll, expect, test } from "vitest";
import { bodyOf, call, ORIGIN, problemOf } from "../../harness/api.ts";
import { createCompany, createUser, type TestCompany, type TestUser } from "../../harness/factories.ts";
import { deliver, prepareImport, sliceOf } from "../../harness/import-run.ts";
import { allHeardFrom, type Heard, heardFrom } from "./listening.ts";

const FILE = ["email", ...Array.from({ length: 12 }, (_, n) => `n${n}@leads.test`), "none"].join("\n");

let company: TestCompany;
let manager: TestUser;
beforeAll(async () => {
  company = await createCompany();
  manager = await createUser({ access: [{ company, role: "manager" }] });
});

/** The import as it is polled. */
const polled = async (code: string) =>
  (await bodyOf(call(`/import/${code}`, { token: manager.token }))).import_file;
const pathOf = (link: string) => link.replace(`${ORIGIN}/api/v1`, "");

test("an import is followed by its link, without a header, from its waiting to its end", async () => {
  const code = await prepareImport(company, FILE);
  const waiting = await polled(code);
  expect(waiting).toMatchObject({ records_per_second: null, seconds_left: null });
  const answer = await call(pathOf(waiting.events_url));
  expect(answer.status).toBe(200);
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "private, no-store",
  });
  const events = heardFrom(answer.body as ReadableStream<Uint8Array>);
  const { value: first } = await events.next();
  expect(first).toMatchObject({ id: 1, type: "progress", data: { import_file: { status: 0 } } });
  await deliver(code);
  const later: Heard[] = [];
  for await (const event of events) later.push(event);
  expect(later.map(({ id }) => id)).toEqual(later.map((_, index) => index + 2));
  expect(later.slice(0, -1).every(({ type }) => type === "progress")).toBe(true);
  const done = later.at(-1);
  const ended = await polled(code);
  expect(done).toMatchObject({ type: "done" });
  expect(done?.data.import_file).toEqual(ended);
  expect(ended).toMatchObject({ status: 3, events_url: null, seconds_left: null });
  expect(ended.records_per_second).toBeGreaterThan(0);

  const resumed = await call(`/import/${code}/events`, {
    token: manager.token,
    headers: { "Last-Event-ID": String((done?.id ?? 0) - 1) },
  });
  expect((await allHeardFrom(resumed.body)).map(({ id }) => id)).toEqual([done?.id]);
  const seenAll = await call(`/import/${code}/events`, {
    token: manager.token,
    headers: { "Last-Event-ID": String(done?.id) },
  });
  expect(seenAll.status).toBe(204);
});

test("after a commit the numbers go on from those of the dry run", async () => {
  const code = await prepareImport(company, FILE, "skip", null, "MX", { dryRun: true });
  await deliver(code);
  const listen = (last: number) =>
    call(`/import/${code}/events`, { token: manager.token, headers: { "Last-Event-ID": String(last) } });
  const tried = (await allHeardFrom((await listen(0)).body)).at(-1)?.id ?? 0;
  expect((await listen(tried)).status).toBe(204);
  await bodyOf(call(`/import/${code}/commit`, { method: "POST", token: manager.token }), 202);
  await deliver(code);
  const heard = await allHeardFrom((await listen(tried)).body);
  expect(heard.at(-1)).toMatchObject({ type: "done", data: { import_file: { dry_run: false } } });
  expect(heard.every(({ id }) => (id ?? 0) > tried)).toBe(true);
  expect((await listen(heard.at(-1)?.id ?? 0)).status).toBe(204);
});

test.each([
  ["a dry run that begins again", true],
  ["an import that goes on", false],
])("after a retry the numbers of %s go on, and its waiting has one", async (_, dryRun) => {
  const code = await prepareImport(company, FILE, "skip", null, "MX", { dryRun });
  await deliver(code, { newSlice: sliceOf(14) });
  const listen = (last: number) =>
    call(`/import/${code}/events`, { token: manager.token, headers: { "Last-Event-ID": String(last) } });
  const change = async (what: string) =>
    bodyOf(call(`/import/${code}/${what}`, { method: "POST", token: manager.token }), 202);
  let last = 0;
  for (let time = 1; time <= 2; time++) {
    await change("cancel");
    await deliver(code);
    const stopped = (await allHeardFrom((await listen(last)).body)).at(-1);
    expect(stopped).toMatchObject({ type: "done", data: { import_file: { status: 5 } } });
    expect(stopped?.id).toBeGreaterThan(last);
    last = stopped?.id ?? 0;
    await change("retry");
    const events = heardFrom((await listen(last)).body as ReadableStream<Uint8Array>);
    const { value: waiting } = await events.next();
    expect(waiting).toMatchObject({ id: last + 1, data: { import_file: { status: 0 } } });
    await events.return?.(undefined);
    last += 1;
  }
  await deliver(code);
  const heard = await allHeardFrom((await listen(last)).body);
  expect(heard.at(-1)).toMatchObject({ type: "done", data: { import_file: { status: dryRun ? 6 : 3 } } });
  expect(heard[0]?.id).toBe(last + 1);
  expect((await listen(heard.at(-1)?.id ?? 0)).status).toBe(204);
});

test("nobody follows what they may not see", async () => {
  const code = await prepareImport(company, FILE);
  const { events_url: url } = await polled(code);
  const agent = await createUser({ access: [{ company, role: "agent" }] });
  const stranger = await createUser({ access: [{ company: await createCompany(), role: "owner" }] });
  await problemOf(call(`/import/${code}/events`), 401);
  for (const { token } of [agent, stranger]) await problemOf(call(`/import/${code}/events`, { token }), 404);
  const other = await prepareImport(company, FILE);
  const changed = [
    url.replace(code, other),
    url.replace(/user=\d+/, `user=${stranger.id}`),
    url.replace(/&signature=.*/, ""),
    url.replace("events", "original_file"),
  ];
  for (const link of changed) {
    expect(
      (
        await problemOf(
          call(pathOf(link)),
          link.includes("signature=") ? 403 : link.includes("events") ? 403 : 400,
        )
      ).code,
    ).toMatch(/invalid_link/);
  }
});

test("a link that was good ends with the access of its holder", async () => {
  const holder = await createUser({ access: [{ company, role: "viewer" }] });
  const code = await prepareImport(company, FILE);
  const { import_file: seen } = await bodyOf(call(`/import/${code}`, { token: holder.token }));
  const owner = await createUser({ access: [{ company, role: "owner" }] });
  const { user_accesses: held } = await bodyOf(
    call(`/users/${holder.id}/user_access`, { token: owner.token }),
  );
  await bodyOf(
    call(`/users/${holder.id}/user_access/${held[0].id}`, { token: owner.token, method: "DELETE" }),
    204,
  );
  expect((await problemOf(call(pathOf(seen.events_url)), 403)).code).toBe("invalid_link");
});
