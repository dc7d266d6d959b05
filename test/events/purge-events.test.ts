import { beforeEach, expect, test } from "vitest";
import { EVENTS_KEPT_FOR, purgeStore } from "../../src/events/purge-events.ts";
import { bodyOf, call, problemOf } from "../harness/api.ts";
import { createCompany, createUser, type TestCompany, type TestUser } from "../harness/factories.ts";
import { readPage } from "./follower.ts";

let company: TestCompany;
let manager: TestUser;

beforeEach(async () => {
  company = await createCompany({ store: 1 });
  manager = await createUser({ access: [{ company, role: "manager" }] });
});

const create = (email: string) =>
  bodyOf(
    call(`/companies/${company.id}/leads`, { token: manager.token, method: "POST", json: { email } }),
    201,
  );
const ids = async () => {
  const query = "SELECT id FROM events WHERE company_id = ? ORDER BY id";
  const { results } = await company.database.prepare(query).bind(company.id).all<{ id: number }>();
  return results.map(({ id }) => id);
};
const makeOld = (upTo: number) =>
  company.database
    .prepare("UPDATE events SET created_at = created_at - ? WHERE company_id = ? AND id <= ?")
    .bind(EVENTS_KEPT_FOR + 60_000, company.id, upTo)
    .run();
const purge = () => purgeStore(company.database, Date.now() - EVENTS_KEPT_FOR);

test("what is older than 30 days goes, and a follower who has not read it is told so", async () => {
  for (const name of ["a", "b", "c", "d"]) await create(`${name}@leads.test`);
  await makeOld(2);
  await purge();
  expect(await ids()).toEqual([3, 4]);
  const from = (row: number) =>
    call(`/companies/${company.id}/events?after=${company.id}-${row}`, { token: manager.token });
  expect((await problemOf(from(1), 410)).code).toBe("events_purged");
  expect((await bodyOf(from(2))).events).toHaveLength(2);
  expect((await readPage(company, manager.token)).events).toHaveLength(2);
});

test("a cursor of the feed while it was empty, or within an event that is gone, is told so, too", async () => {
  for (const name of ["a", "b", "c"]) await create(`${name}@leads.test`);
  await makeOld(2);
  await purge();
  for (const place of ["0", "2-1-0"]) {
    const path = `/companies/${company.id}/events?after=${company.id}-${place}`;
    expect((await problemOf(call(path, { token: manager.token }), 410)).code).toBe("events_purged");
  }
});

test("the last event stays, so that no id comes twice", async () => {
  for (const name of ["a", "b"]) await create(`${name}@leads.test`);
  const { meta } = await readPage(company, manager.token);
  await makeOld(2);
  await purge();
  await purge();
  expect(await ids()).toEqual([2]);
  await create("c@leads.test");
  expect(await ids()).toEqual([2, 3]);
  expect((await readPage(company, manager.token, { after: meta.next_cursor })).events).toHaveLength(1);
});

test("of more companies than one run serves, those with the oldest events go first, and all in the end", async () => {
  const EVERYONE = 130;
  const firstId = 1_000_000_000 + company.id * 1000;
  // The higher the id of a company, the older its events.
  await company.database
    .prepare(
      `WITH RECURSIVE n(place) AS (SELECT 1 UNION ALL SELECT place + 1 FROM n WHERE place < ?1)
       INSERT INTO events (company_id, id, type, object_id, actor_kind, details, created_at)
       SELECT ?2 + place, row.value, 'lead.deleted', 1, 'system', '{}', ?3 - place * 1000
       FROM n, json_each('[1, 2]') row`,
    )
    .bind(EVERYONE, firstId, Date.now() - EVENTS_KEPT_FOR - 60_000)
    .run();
  const waiting = async () => {
    const query =
      "SELECT company_id AS id FROM events WHERE company_id > ? AND company_id <= ? AND id = 1 ORDER BY 1";
    const { results } = await company.database
      .prepare(query)
      .bind(firstId, firstId + EVERYONE)
      .all<{ id: number }>();
    return results.map(({ id }) => id - firstId);
  };
  await purge();
  expect(await waiting()).toEqual(Array.from({ length: 30 }, (_, index) => index + 1));
  await purge();
  expect(await waiting()).toEqual([]);
});
