import { beforeAll, describe, expect, test } from "vitest";
import { bodyOf, call, problemOf } from "../../harness/api.ts";
import { createCompany, createUser, type TestCompany, type TestUser } from "../../harness/factories.ts";
import { createLead } from "../../harness/leads.ts";

const T0 = Date.parse("2026-02-17T21:54:09.000Z");
const LEADS = 23;

let company: TestCompany;
let viewer: TestUser;
/** The ids in the order of the list. */
let ids: number[] = [];

const list = (query: string, status = 200) =>
  bodyOf(call(`/companies/${company.id}/leads?${query}`, { token: viewer.token }), status);
const idsOf = ({ leads }: { leads: { id: number }[] }) => leads.map(({ id }) => id);

beforeAll(async () => {
  company = await createCompany();
  viewer = await createUser({ access: [{ company, role: "viewer" }] });
  const rows = [];
  for (let index = 0; index < LEADS; index++) {
    // Many of the same time, and not in the order of the ids.
    rows.push(await createLead(company, { createdAt: T0 + ((index * 7) % 4), stageId: 1 + (index % 2) }));
  }
  ids = rows.sort((a, b) => b.createdAt - a.createdAt || b.id - a.id).map(({ id }) => id);
});

describe("cursors", () => {
  test.each(["", "sort=created_at", "stage_eq=1", "assigned_to_null=true", "count=exact"])(
    "lead through a list so that each lead comes once: %s",
    async (query) => {
      const all = idsOf(await list(`limit=100&${query}`));
      for (const limit of [1, 4, LEADS]) {
        const seen: number[] = [];
        let cursor: string | null = "";
        while (cursor !== null) {
          const page = await list(`limit=${limit}&${query}&cursor=${cursor}`);
          seen.push(...idsOf(page));
          cursor = page.meta.next_cursor;
        }
        expect(seen).toEqual(all);
      }
    },
  );

  test("go on where they were, whatever came or went before them", async () => {
    const first = await list("limit=5");
    await createLead(company, { createdAt: T0 + 1000 }).then(({ id }) => {
      ids = [id, ...ids];
    });
    const second = await list(`limit=5&cursor=${first.meta.next_cursor}`);
    expect(idsOf(second)).toEqual(ids.slice(6, 11));
  });

  test("meta says what is known without counting", async () => {
    const first = await list("limit=5");
    expect(first.meta).toEqual({
      current_page: 1,
      next_page: 2,
      prev_page: null,
      total_pages: Math.ceil(ids.length / 5),
      total_records: ids.length,
      next_cursor: expect.stringMatching(/^[\w-]+$/),
    });
    const second = await list(`limit=5&cursor=${first.meta.next_cursor}`);
    expect(second.meta).toEqual({
      current_page: null,
      next_page: null,
      prev_page: null,
      total_pages: null,
      total_records: null,
      next_cursor: expect.stringMatching(/^[\w-]+$/),
    });
    const counted = await list(`limit=5&count=exact&cursor=${first.meta.next_cursor}`);
    expect(counted.meta).toMatchObject({ total_records: ids.length, current_page: null });
  });

  test("are refused in another list", async () => {
    const { meta } = await list("limit=2&stage_eq=1");
    for (const query of ["", "stage_eq=2", "stage_eq=1&sort=created_at", "stage_eq=1&email_null=true"]) {
      const problem = await problemOf(
        call(`/companies/${company.id}/leads?${query}&cursor=${meta.next_cursor}`, { token: viewer.token }),
        400,
      );
      expect(problem.errors).toEqual([
        { pointer: "/cursor", parameter: "cursor", code: "other_list", detail: expect.any(String) },
      ]);
    }
    const other = await createCompany();
    const member = await createUser({ access: [{ company: other, role: "viewer" }] });
    const path = `/companies/${other.id}/leads?limit=2&stage_eq=1&cursor=${meta.next_cursor}`;
    await problemOf(call(path, { token: member.token }), 400);
  });

  test.each(["x", "%00", "W10", "bnVsbA", "e30", encodeURIComponent("WyJhIiwxLjUsMl0="), "x".repeat(201)])(
    "that are none are refused: %s",
    async (cursor) => {
      const path = `/companies/${company.id}/leads?cursor=${cursor}`;
      const problem = await problemOf(call(path, { token: viewer.token }), 400);
      expect(problem.errors[0].pointer).toBe("/cursor");
    },
  );

  test("may be followed with other limits, and on the list of the unassigned where it is the same", async () => {
    const { meta } = await list("limit=2&assigned_to_null=true");
    const path = `/companies/${company.id}/leads/unassigned?limit=3&cursor=${meta.next_cursor}`;
    const next = await bodyOf(call(path, { token: viewer.token }));
    expect(idsOf(next)).toEqual(ids.slice(2, 5));
  });
});

describe("pages", () => {
  test("without a count tell their neighbours only", async () => {
    const { meta } = await list("limit=5&page=2&count=none");
    expect(meta).toMatchObject({ current_page: 2, next_page: 3, prev_page: 1 });
    expect(meta).toMatchObject({ total_pages: null, total_records: null });
    const last = await list(`limit=5&page=${Math.ceil(ids.length / 5)}&count=none`);
    expect(last.meta).toMatchObject({ next_page: null, next_cursor: null });
  });

  test("past the end are empty", async () => {
    for (const count of ["exact", "none"]) {
      const page = await list(`limit=5&page=99&count=${count}`);
      expect(page.leads).toEqual([]);
      expect(page.meta).toMatchObject({ next_page: null, next_cursor: null });
    }
  });

  test("Link leads on, by page or by cursor", async () => {
    const links = async (query: string) => {
      const answer = await call(`/companies/${company.id}/leads?${query}`, { token: viewer.token });
      return new Map(
        [...(answer.headers.get("Link") ?? "").matchAll(/<([^>]+)>; rel="(\w+)"/g)].map(
          ([, url = "", rel = ""]) => [rel, new URL(url).searchParams] as const,
        ),
      );
    };
    const counted = await links("limit=5&page=2");
    expect([...counted.keys()]).toEqual(["first", "prev", "next", "last"]);
    expect([...(await links("limit=5&page=2&count=none")).keys()]).toEqual(["first", "prev", "next"]);
    const { meta } = await list("limit=5");
    const deep = await links(`limit=5&cursor=${meta.next_cursor}`);
    expect([...deep.keys()]).toEqual(["first", "next"]);
    expect(deep.get("first")?.has("cursor")).toBe(false);
    expect(idsOf(await list(String(deep.get("next"))))).toEqual(ids.slice(10, 15));
    expect([...(await links("limit=100&stage_eq=6")).keys()]).toEqual(["first"]);
  });
});
