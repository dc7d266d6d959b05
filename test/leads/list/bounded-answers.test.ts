import { createExecutionContext, env } from "cloudflare:test";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { app } from "../../../src/app.ts";
import { MAX_TEXT_LENGTH } from "../../../src/leads/fields.ts";
import { LARGE_LEAD_BYTES, readLarge } from "../../../src/leads/large-reads.ts";
import { leadsQuery } from "../../../src/leads/list/list-schemas.ts";
import { PAGE_BYTES } from "../../../src/leads/list/page-bytes.ts";
import { isScan, runScan } from "../../../src/leads/list/scan-gate.ts";
import { bodyOf, call, requestOf } from "../../harness/api.ts";
import { surround } from "../../harness/bindings.ts";
import { createCompany, createUser, type TestCompany, type TestUser } from "../../harness/factories.ts";
import { createLead } from "../../harness/leads.ts";

const LEADS = 14;
const LEAD_BYTES = 300_000;

let company: TestCompany;
let light: TestCompany;
let owner: TestUser;
let ids: number[] = [];

beforeAll(async () => {
  company = await createCompany();
  light = await createCompany();
  owner = await createUser({
    access: [
      { company, role: "owner" },
      { company: light, role: "owner" },
    ],
  });
  for (let at = 0; at < LEADS; at++) {
    const customFields = fieldsOf("€".repeat(LEAD_BYTES / 3));
    ids.push((await createLead(company, { customFields, createdAt: 1_000 + at })).id);
  }
  ids = ids.toReversed();
});

/** A text as custom fields, each as long as one may be. */
function fieldsOf(text: string): Record<string, string> {
  const count = Math.ceil(text.length / MAX_TEXT_LENGTH);
  const parts = Array.from({ length: count }, (_, at) =>
    text.slice(at * MAX_TEXT_LENGTH, (at + 1) * MAX_TEXT_LENGTH),
  );
  return Object.fromEntries(parts.map((part, at) => [`text ${at}`, part]));
}

async function list(query: string) {
  const answer = await call(`/companies/${company.id}/leads?${query}`, { token: owner.token });
  const text = await answer.text();
  expect(answer.status, text.slice(0, 500)).toBe(200);
  const { leads, meta } = JSON.parse(text);
  return {
    ids: leads.map(({ id }: { id: number }) => id) as number[],
    meta,
    bytes: Buffer.byteLength(text),
    link: answer.headers.get("Link"),
  };
}

describe("a page of leads", () => {
  test("ends where it gets too heavy, and its cursor leads to each lead once", async () => {
    const first = await list("limit=100");
    expect(first.bytes).toBeLessThan(PAGE_BYTES + 10_000);
    expect(first.ids.length).toBeGreaterThan(2);
    expect(first.ids.length).toBeLessThan(LEADS);
    // A page by its number would leave out what was cut off.
    expect(first.meta).toMatchObject({ next_page: null, total_records: LEADS });
    expect(first.link).toContain(`cursor=${first.meta.next_cursor}`);
    const seen = [...first.ids];
    for (let { next_cursor: cursor } = first.meta; cursor !== null; ) {
      const page = await list(`limit=100&cursor=${cursor}`);
      expect(page.bytes).toBeLessThan(PAGE_BYTES + 10_000);
      seen.push(...page.ids);
      cursor = page.meta.next_cursor;
    }
    expect(seen).toEqual(ids);
  });

  test("is as long as it was asked for where that is light enough", async () => {
    const page = await list("limit=2");
    expect(page.ids).toEqual(ids.slice(0, 2));
    expect(page.meta.next_page).toBe(2);
  });
});

test("a Link header stays short, whatever the address", async () => {
  const filters = (letters: number) =>
    ["first_name", "last_name", "city", "state", "source", "job_title", "company_name"]
      .map((name) => `${name}_not_eq=${"x".repeat(letters)}`)
      .join("&");
  const short = await list(`limit=1&${filters(20)}`);
  expect(short.link).toContain('rel="first"');
  const long = await list(`limit=1&page=2&${filters(200)}`);
  expect(long.link).toContain('rel="next"');
  expect(long.link?.length).toBeLessThanOrEqual(4096);
  const longest = await list(
    `limit=1&${filters(255)}&${"%F0%9F%99%82".repeat(20).replace(/^/, "notes_cont=")}`,
  );
  expect((longest.link ?? "").length).toBeLessThanOrEqual(4096);
});

test("an export that nobody reads asks for nothing, and goes on page by page as it is read", async () => {
  let queries = 0;
  const counting = surround(
    env,
    (_, run) => {
      queries += 1;
      return run();
    },
    async () => {},
  );
  const request = requestOf(`/companies/${company.id}/leads/export`, { token: owner.token });
  const answer = await app.fetch(request, counting, createExecutionContext());
  const begun = queries;
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(queries).toBe(begun);
  let bytes = 0;
  let largest = 0;
  const text: Uint8Array[] = [];
  for await (const piece of answer.body as unknown as AsyncIterable<Uint8Array>) {
    bytes += piece.length;
    largest = Math.max(largest, piece.length);
    text.push(piece);
  }
  expect(bytes).toBeGreaterThan(LEADS * LEAD_BYTES);
  expect(largest).toBeLessThan(1.5 * LEAD_BYTES);
  expect(Buffer.concat(text).toString().trim().split("\r\n")).toHaveLength(LEADS + 1);
});

/** Counts what a lead store is asked at a time, each query 5 ms longer than it takes. */
function watchLeads() {
  const seen = { now: 0, most: 0, all: 0 };
  const bindings = surround(
    env,
    async ({ binding }, run) => {
      if (!binding.startsWith("LEADS")) return run();
      seen.all += 1;
      seen.now += 1;
      seen.most = Math.max(seen.most, seen.now);
      await new Promise((resolve) => setTimeout(resolve, 5));
      return run().finally(() => {
        seen.now -= 1;
      });
    },
    async () => {},
  );
  const ask = (path: string) =>
    app.fetch(requestOf(path, { token: owner.token }), bindings, createExecutionContext());
  return { seen, ask };
}

describe("large leads", () => {
  test("are read for a few answers at a time, and each gets its page", async () => {
    const { seen, ask } = watchLeads();
    const path = `/companies/${company.id}/leads?limit=100&count=none`;
    await Promise.all(
      Array.from({ length: 20 }, async () => {
        const answer = await ask(path);
        expect(answer.status).toBe(200);
        expect(((await answer.json()) as { leads: unknown[] }).leads).toHaveLength(3);
      }),
    );
    expect(seen.all).toBe(40);
    await bodyOf(call(path, { token: owner.token }));
  });

  test("wait for space, and are refused where there is none for long; other pages go on", async () => {
    const held = Promise.withResolvers<void>();
    const holding = [1, 2, 3].map(() => readLarge(company.store, LARGE_LEAD_BYTES, () => held.promise, 0));
    const refused = await readLarge(company.store, LARGE_LEAD_BYTES, async () => {}, 30).catch(
      (e: unknown) => e,
    );
    expect(refused).toMatchObject({ code: "unavailable", headers: { "Retry-After": "2" } });
    await readLarge(company.store + 1, LARGE_LEAD_BYTES, async () => {}, 0);
    const { seen, ask } = watchLeads();
    const large = ask(`/companies/${company.id}/leads?limit=100&count=none`);
    expect((await ask(`/companies/${light.id}/leads?count=none`)).status).toBe(200);
    expect(seen.all).toBe(2);
    held.resolve();
    await Promise.all(holding);
    expect((await large).status).toBe(200);
    expect(seen.all).toBe(3);
  });

  test("are shown however large one is by itself", async () => {
    const own = await createCompany();
    const user = await createUser({ access: [{ company: own, role: "owner" }] });
    for (const at of [1, 2]) {
      const customFields = fieldsOf("x".repeat(PAGE_BYTES + 1000));
      await createLead(own, { customFields, createdAt: at });
    }
    const page = await bodyOf(call(`/companies/${own.id}/leads`, { token: user.token }));
    expect(page.leads).toHaveLength(1);
    expect(Object.values(page.leads[0].custom_fields).join("")).toHaveLength(PAGE_BYTES + 1000);
    const next = `/companies/${own.id}/leads?cursor=${page.meta.next_cursor}`;
    expect((await bodyOf(call(next, { token: user.token }))).leads).toHaveLength(1);
  });

  test("are read for a few exports at a time", async () => {
    const { seen, ask } = watchLeads();
    const answers = await Promise.all(
      Array.from({ length: 12 }, () => ask(`/companies/${company.id}/leads/export`)),
    );
    seen.most = 0;
    const texts = await Promise.all(answers.map((answer) => answer.text()));
    for (const text of texts) expect(text.trim().split("\r\n")).toHaveLength(LEADS + 1);
    expect(seen.most).toBeLessThanOrEqual(3);
  });
});

describe("queries that no index helps", () => {
  test.each([
    ["", false],
    ["city_cont=x", true],
    ["custom_fields.a_eq=x", true],
    ["first_name_eq=x&notes_null=true", true],
    ["city_cont=x&stage_eq=new", false],
    ["city_cont=x&created_at_gteq=2026-01-01T00:00:00Z", false],
    ["email_eq=a@b.test", false],
    ["q=ana&city_cont=x", false],
  ])("%s: %s", async (query, expected) => {
    const request = leadsQuery.read(
      await leadsQuery.schema.parseAsync(Object.fromEntries(new URLSearchParams(query))),
    );
    expect(isScan(request, null)).toBe(expected);
    expect(isScan(request, 7)).toBe(false);
  });

  test("run one at a time for a company; who waits too long is told when to come back", async () => {
    const held = Promise.withResolvers<string>();
    const first = runScan(company.id, () => held.promise);
    const refused = await runScan(company.id, async () => "too early", 60).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: "too_many_requests", headers: { "Retry-After": "2" } });
    const waiting = runScan(company.id, async () => "later", 5_000);
    expect(await runScan(company.id + 1, async () => "another company", 0)).toBe("another company");
    held.resolve("first");
    expect(await Promise.all([first, waiting])).toEqual(["first", "later"]);
    await expect(runScan(company.id, () => Promise.reject(new Error("failed")))).rejects.toThrow("failed");
    expect(await runScan(company.id, async () => "after a failure", 0)).toBe("after a failure");
  });

  test("do not wait for ever for one that was broken off", async () => {
    void runScan(company.id, () => new Promise(() => {}));
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 31_000 });
    try {
      expect(await runScan(company.id, async () => "goes on", 0)).toBe("goes on");
    } finally {
      vi.useRealTimers();
    }
  });

  test("come one after another over HTTP, too", async () => {
    const { seen, ask } = watchLeads();
    const path = `/companies/${company.id}/leads?limit=1&city_cont=nowhere`;
    const statuses = (await Promise.all(Array.from({ length: 6 }, () => ask(path)))).map(
      ({ status }) => status,
    );
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(seen.most).toBe(1);
  });
});
