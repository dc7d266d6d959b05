import { SELF } from "cloudflare:test";
import { expect, test } from "vitest";
import { version } from "../../package.json";
import { openApiDocument } from "../../src/openapi/document.ts";
import { ROUTES } from "../../src/routes.ts";
import { ORIGIN, problemOf } from "../harness/api.ts";

const get = (path: string, headers: Record<string, string> = {}) =>
  SELF.fetch(ORIGIN + path, { headers, redirect: "manual" });

test("the document that is served is that of this very code", async () => {
  const answer = await get("/openapi.json");
  expect(answer.status).toBe(200);
  expect(answer.headers.get("Content-Type")).toMatch(/^application\/json/);
  expect(await answer.json()).toEqual(openApiDocument(ROUTES, { version }));
});

test("it can be cached", async () => {
  const answer = await get("/openapi.json");
  await answer.body?.cancel();
  const tag = answer.headers.get("ETag") ?? "";
  expect(answer.headers.get("Cache-Control")).toContain("public");
  expect((await get("/openapi.json", { "If-None-Match": tag })).status).toBe(304);
});

test.each(["/docs", "/docs/"])("%s is the reference page", async (path) => {
  const answer = await get(path, { "X-Request-Id": "mine" });
  expect(answer.status).toBe(200);
  expect(answer.headers.get("Content-Type")).toMatch(/^text\/html/);
  expect(answer.headers.get("X-Request-Id")).toBe("mine");
  expect(answer.headers.get("X-Content-Type-Options")).toBe("nosniff");
  const policy = answer.headers.get("Content-Security-Policy") ?? "";
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toMatch(/script-src[^;]*unsafe|https?:/);
});

test("the page has no script of its own inside, and all that it names is served here", async () => {
  const page = await (await get("/docs")).text();
  expect(page).not.toMatch(/<script(?![^>]*\ssrc=)/);
  const named = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path = ""]) => path);
  expect(named).toContain("/docs/swagger-ui-bundle.js");
  for (const path of named) {
    expect(path).toMatch(/^\/(?!\/)/);
    const answer = await get(path);
    await answer.body?.cancel();
    expect([path, answer.status]).toEqual([path, 200]);
  }
});

test("what is not there is a problem like any other", async () => {
  expect((await problemOf(get("/docs/nothing.js"), 404)).code).toBe("not_found");
});
