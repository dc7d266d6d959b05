import { beforeAll, describe, expect, test } from "vitest";
import { HEADERS } from "../../src/openapi/headers.ts";
import { bodyOf, call } from "../harness/api.ts";
import {
  createCompany,
  createImportRow,
  createUser,
  type TestCompany,
  type TestUser,
} from "../harness/factories.ts";
import { play } from "../harness/scenario.ts";

let company: TestCompany;
let user: TestUser;
let code: string;

beforeAll(async () => {
  company = await createCompany();
  user = await createUser({ access: [{ company, role: "owner" }] });
  code = (await createImportRow(company, user)).importCode;
});

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

describe("request ids", () => {
  test.each([["abc-123"], ["a".repeat(255)], ["trace_1=2"]])("takes over %s", async (id) => {
    for (const path of ["/import", "/nothing"]) {
      const answer = await call(path, { token: user.token, headers: { "X-Request-Id": id } });
      expect(answer.headers.get("X-Request-Id")).toBe(id);
      if (!answer.ok) expect((await bodyOf(answer, 404)).request_id).toBe(id);
    }
  });

  test.each([
    ["none", undefined],
    ["an empty one", ""],
    ["one that is too long", "a".repeat(256)],
    ["one with a space", "a b"],
    ["one that would break a log line", 'a"}{"b'],
    ["markup", "<script>"],
  ])("makes its own in place of %s", async (_, id) => {
    const answer = await call("/import", {
      token: user.token,
      headers: id === undefined ? {} : { "X-Request-Id": id },
    });
    expect(answer.headers.get("X-Request-Id")).toMatch(UUID);
  });
});

describe("CORS", () => {
  const ALLOWED = "http://localhost:5173";
  const exposed =
    "Link,ETag,X-Request-Id,Retry-After,X-D1-Bookmark,Location,Content-Disposition,Idempotent-Replayed," +
    "WWW-Authenticate,Server-Timing,RateLimit,RateLimit-Policy,Deprecation,Sunset,Accept-Encoding";

  test("pages are shown every header that the document has", () => {
    const own = Object.keys(HEADERS).filter((name) => !name.startsWith("Access-Control-"));
    expect(own.filter((name) => !exposed.split(",").includes(name))).toEqual([]);
  });

  test("lets in the origins of the configuration, in answers and refusals alike", () =>
    play([
      {
        name: "an allowed origin",
        path: "/import",
        call: { token: user.token, headers: { Origin: ALLOWED } },
        status: 200,
        headers: {
          "Access-Control-Allow-Origin": ALLOWED,
          "Access-Control-Expose-Headers": exposed,
          "Access-Control-Allow-Credentials": null,
          Vary: /\bOrigin\b/,
        },
      },
      {
        name: "an allowed origin that is refused",
        path: "/import",
        call: { headers: { Origin: ALLOWED } },
        status: 401,
        headers: { "Access-Control-Allow-Origin": ALLOWED, "Access-Control-Expose-Headers": exposed },
      },
      ...[
        "https://evil.test",
        "http://localhost:5173.evil.test",
        "http://localhost",
        "https://localhost:5173",
        "null",
      ].map((origin) => ({
        name: origin,
        path: "/import",
        call: { token: user.token, headers: { Origin: origin } },
        status: 200,
        headers: { "Access-Control-Allow-Origin": null, Vary: /\bOrigin\b/ },
      })),
    ]));

  test("answers a preflight without a token", () =>
    play([
      {
        name: "an allowed origin",
        path: "/import",
        call: {
          method: "OPTIONS",
          headers: {
            Origin: ALLOWED,
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization,idempotency-key",
          },
        },
        status: 204,
        headers: {
          "Access-Control-Allow-Origin": ALLOWED,
          "Access-Control-Allow-Methods": /POST/,
          "Access-Control-Allow-Headers": /^(?=.*Authorization)(?=.*Idempotency-Key)(?=.*X-D1-Bookmark)/,
          "Access-Control-Max-Age": "86400",
        },
      },
      {
        name: "another origin",
        path: "/companies",
        call: {
          method: "OPTIONS",
          headers: { Origin: "https://evil.test", "Access-Control-Request-Method": "POST" },
        },
        status: 204,
        headers: { "Access-Control-Allow-Origin": null },
      },
    ]));
});

test("nothing personal is kept in a cache, and nothing is guessed to be of another type", () =>
  play(
    [
      { name: "a list", path: "/import", status: 200 },
      { name: "an object", path: `/import/${code}`, status: 200 },
      { name: "a refusal", path: "/import?limit=0", status: 400 },
      { name: "nothing", path: "/nothing", status: 404 },
    ].map((one) => ({
      ...one,
      call: { token: user.token },
      headers: {
        "Cache-Control": /\bno-store\b/,
        "X-Content-Type-Options": "nosniff",
        "Strict-Transport-Security": /^max-age=\d{8}/,
      },
    })),
  ));

describe("bookmarks", () => {
  test("names what was touched, and goes on from what came back", async () => {
    const first = await call("/import", { token: user.token });
    const bookmark = first.headers.get("X-D1-Bookmark") ?? "";
    expect(bookmark).toMatch(/^directory=[0-9a-f-]+,leads_0=[0-9a-f-]+$/);

    const later = await createImportRow(company, user);
    const second = await call(`/import/${later.importCode}`, {
      token: user.token,
      headers: { "X-D1-Bookmark": bookmark },
    });
    await bodyOf(second);
    const moved = second.headers.get("X-D1-Bookmark") ?? "";
    expect(moved.split(",").every((part, index) => part >= (bookmark.split(",")[index] ?? ""))).toBe(true);
  });

  test("hands on what it was given of a database that it did not touch", async () => {
    const answer = await call("/users/validate_jwt", {
      token: user.token,
      headers: { "X-D1-Bookmark": "leads_1=00000000-00000001-00000000-00000000000000000000000000000000" },
    });
    expect(answer.headers.get("X-D1-Bookmark")).toMatch(/leads_1=00000000-00000001-/);
  });

  test.each([
    "",
    "nonsense",
    "directory=",
    "directory=first-primary",
    "directory=<script>",
    "directory='; DROP TABLE users; --",
    "directory=deadbeef",
    "directory=00000000-00000000-00000000-deadbeef,leads_0=-",
    "leads_99=00000000-00000001",
    `directory=${"0".repeat(5000)}`,
    ",,,=,=,",
  ])("reads on quietly where the bookmark is %j", async (bookmark) => {
    const answer = await call("/import", { token: user.token, headers: { "X-D1-Bookmark": bookmark } });
    expect((await bodyOf(answer)).import_files.length).toBeGreaterThan(0);
    expect(answer.headers.get("X-D1-Bookmark")).toMatch(/directory=[0-9a-f-]+/);
    expect(answer.headers.get("X-D1-Bookmark")).not.toMatch(/[<';]|nonsense/);
  });
});

describe("ETag", () => {
  test.each([
    ["an import", () => `/import/${code}`] as const,
    ["a company", () => `/companies/${company.id}`] as const,
  ])("%s that did not change is a 304", async (_, pathOf) => {
    const path = pathOf();
    const first = await call(path, { token: user.token });
    const tag = first.headers.get("ETag") ?? "";
    expect(tag).toMatch(/^"[\w-]+"$/);
    await first.text();
    const ask = (header: string) => call(path, { token: user.token, headers: { "If-None-Match": header } });
    for (const header of [tag, `W/${tag}`, `"other", ${tag}`, "*"]) {
      const answer = await ask(header);
      expect(answer.status, header).toBe(304);
      expect(await answer.text(), header).toBe("");
      expect(answer.headers.get("ETag"), header).toBe(tag);
      expect(answer.headers.get("Cache-Control"), header).toBe("private, no-store");
    }
    for (const header of ['"other"', tag.slice(1, -1), ""]) {
      await bodyOf(ask(header));
    }
  });

  test("what changed has another tag, and is sent", async () => {
    const row = await createImportRow(company, user, { status: 1 });
    const path = `/import/${row.importCode}`;
    const tag = (await call(path, { token: user.token })).headers.get("ETag") ?? "";
    await company.database.prepare("UPDATE imports SET status = 2 WHERE id = ?").bind(row.id).run();
    const answer = await call(path, { token: user.token, headers: { "If-None-Match": tag } });
    expect((await bodyOf(answer)).import_file.status_name).toBe("completed");
    expect(answer.headers.get("ETag")).not.toBe(tag);
  });

  test("a tag opens nothing that the caller may not see", async () => {
    const tag = (await call(`/import/${code}`, { token: user.token })).headers.get("ETag") ?? "";
    const stranger = await createUser({ access: [{ company: await createCompany(), role: "owner" }] });
    const answer = await call(`/import/${code}`, {
      token: stranger.token,
      headers: { "If-None-Match": tag },
    });
    expect(answer.status).toBe(404);
  });
});
