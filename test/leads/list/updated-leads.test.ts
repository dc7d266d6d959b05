import { beforeAll, describe, expect, test } from "vitest";
import { bodyOf, call, problemOf } from "../../harness/api.ts";
import { createCompany, createUser, type TestCompany, type TestUser } from "../../harness/factories.ts";
import { createLead } from "../../harness/leads.ts";

/** Leads in the order of their last change, for those who follow by polling. */

const T0 = Date.parse("2026-02-17T21:54:09.000Z");

let company: TestCompany;
let viewer: TestUser;
let agent: TestUser;

type Page = { leads: { id: number; updated_at: string }[]; meta: { next_cursor: string | null } };

const list = (query: string, { token } = viewer): Promise<Page> =>
  bodyOf(call(`/companies/${company.id}/leads?${query}`, { token }));
const order = ({ leads }: Page) => leads.map(({ id, updated_at }) => [Date.parse(updated_at), id]);

/** All pages of a list. */
async function all(query: string, user = viewer): Promise<(readonly [number, number])[]> {
  const seen: (readonly [number, number])[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const page: Page = await list(`${query}&cursor=${cursor}`, user);
    seen.push(...(order(page) as [number, number][]));
    cursor = page.meta.next_cursor;
  }
  return seen;
}

beforeAll(async () => {
  company = await createCompany();
  viewer = await createUser({ access: [{ company, role: "viewer" }] });
  agent = await createUser({ access: [{ company, role: "agent" }] });
  for (let index = 0; index < 24; index++) {
    const createdAt = T0 + ((index * 7) % 5);
    await createLead(company, {
      createdAt,
      // Some were never changed, some at the time when others were made, and many at the same.
      updatedAt: createdAt + (index % 3) * 2,
      stageId: 1 + (index % 2),
      ...(index % 4 === 0 && { assignedTo: agent.id }),
      ...(index === 23 && { deletedAt: T0 }),
    });
  }
});

describe("sort=updated_at", () => {
  test.each([
    "",
    "stage_eq=1",
    "updated_at_gteq=2026-02-17T21:54:09.003Z",
    "updated_at_gt=2026-02-17T21:54:09.003Z&updated_at_lteq=2026-02-17T21:54:09.006Z",
    "tags_in=none,vip",
    "count=exact",
  ])("each lead comes once, in its place, whatever the size of pages: %s", async (beside) => {
    for (const user of [viewer, agent]) {
      const expected = order(await list(`limit=100&${beside}`, user)).sort(
        ([a = 0, x = 0], [b = 0, y = 0]) => a - b || x - y,
      );
      if (!beside.includes("tags")) expect(expected.length).toBeGreaterThan(2);
      for (const limit of [1, 4, 100]) {
        expect(await all(`sort=updated_at&limit=${limit}&${beside}`, user)).toEqual(expected);
        const back = await all(`sort=-updated_at&limit=${limit}&${beside}`, user);
        expect(back).toEqual(expected.toReversed());
      }
    }
  });

  test("has no pages by number, and none of what is searched", async () => {
    const ask = (query: string) =>
      problemOf(call(`/companies/${company.id}/leads?${query}`, { token: viewer.token }), 400);
    for (const [parameter, query] of [
      ["page", "sort=updated_at&page=2"],
      ["q", "sort=-updated_at&q=lucia"],
    ]) {
      expect((await ask(query ?? "")).errors).toMatchObject([{ parameter, code: "with_sort" }]);
    }
    const { meta } = await bodyOf(
      call(`/companies/${company.id}/leads?sort=updated_at&limit=2`, { token: viewer.token }),
    );
    expect(meta).toMatchObject({ current_page: 1, next_page: null, total_records: 23 });
  });

  test("a page that fits few of many ends with a cursor, and leads to the rest", async () => {
    const large = await createCompany();
    const reader = await createUser({ access: [{ company: large, role: "viewer" }] });
    await large.database
      .prepare(
        `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2600)
         INSERT INTO leads (company_id, email, city, stage_id, created_at, updated_at)
         SELECT ?1, 'l' || i || '@leads.test', iif(i % 1300 = 0, 'Lima', 'León'), 1, ?2 + i, ?2 + i + 9000 * (i % 2)
         FROM n`,
      )
      .bind(large.id, T0)
      .run();
    const read = async (query: string): Promise<Page> =>
      bodyOf(call(`/companies/${large.id}/leads?${query}`, { token: reader.token }));
    const sizes: number[] = [];
    for (let cursor: string | null = ""; cursor !== null; ) {
      const page: Page = await read(`sort=updated_at&city_eq=Lima&cursor=${cursor}`);
      sizes.push(page.leads.length);
      cursor = page.meta.next_cursor;
    }
    expect(sizes).toEqual([1, 1]);
  });
});
