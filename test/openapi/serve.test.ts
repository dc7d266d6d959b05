import { SELF } from "cloudflare:test";
import { expect, test } from "vitest";
import { version } from "../../package.json";
import { GUIDES } from "../../src/docs/guides.ts";
import { renderGuide } from "../../src/docs/render-guide.ts";
import { ERRORS } from "../../src/errors.ts";
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

test("llms.txt has every operation and every guide, and what it links to is served", async () => {
  const answer = await get("/llms.txt");
  expect([answer.status, answer.headers.get("Content-Type")]).toEqual([200, "text/plain; charset=utf-8"]);
  const text = await answer.text();
  for (const { spec } of ROUTES) {
    expect(text).toContain(`- \`${spec.method.toUpperCase()} ${spec.path}\`: ${spec.summary}\n`);
  }
  const links = [...text.matchAll(/\]\((\/[^)]*)\)/g)].map(([, url = ""]) => url);
  expect(links).toEqual(["/openapi.json", ...GUIDES.map((guide) => `/docs/${guide}`)]);
  for (const url of links) {
    const linked = await get(url);
    await linked.body?.cancel();
    expect([url, linked.status]).toEqual([url, 200]);
  }
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

test.each(["/docs", ...GUIDES.map((guide) => `/docs/${guide}`)])(
  "%s has no script of its own inside, and all that it draws with is served here",
  async (path) => {
    const page = await (await get(path)).text();
    expect(page).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=/);
    const drawn = [...page.matchAll(/<(?:script|link|img)[^>]*(?:src|href)="([^"]+)"/g)].map(
      ([, url = ""]) => url,
    );
    const linked = [...page.matchAll(/<a href="(\/[^"#]*)/g)].map(([, url = ""]) => url);
    for (const url of new Set([...drawn, ...linked])) {
      expect(url).toMatch(/^\/(?!\/)/);
      const answer = await get(url);
      await answer.body?.cancel();
      expect([url, answer.status]).toEqual([url, 200]);
    }
  },
);

test("the reference asks nothing of another origin", async () => {
  const settings = await (await get("/docs/reference.js")).text();
  for (const off of ["withDefaultFonts: false", "telemetry: false", "agent: { disabled: true }"]) {
    expect(settings).toContain(off);
  }
  expect(settings).not.toContain("proxyUrl");
  expect((await get("/docs")).headers.get("Content-Security-Policy")).toContain("connect-src 'self';");
});

test("a guide is a page with the error codes in it, under the same rules as the reference", async () => {
  const answer = await get("/docs/integrating");
  expect(answer.headers.get("Content-Type")).toMatch(/^text\/html/);
  expect(answer.headers.get("Content-Security-Policy")).toContain("default-src 'none'");
  const page = await answer.text();
  for (const code of Object.keys(ERRORS)) expect(page).toContain(`<code>${code}</code>`);
});

test("the type of an error is the address of a page about it", async () => {
  const { type } = await problemOf(get("/api/v1/users/me"), 401);
  expect(await (await get(type)).text()).toContain("GET /companies");
  for (const [code, [status, title]] of Object.entries(ERRORS)) {
    const page = await (await get(`/docs/problems/${code}`)).text();
    expect(page).toContain(title);
    expect(page).toContain(`<code>${code}</code>, with the status ${status}.`);
  }
});

test("a link in a guide to what is not served fails the build", () => {
  const guide = { guide: "leads", title: "Leads", markdown: "See [this](../src/leads/README.md)." } as const;
  expect(() => renderGuide(guide, [guide])).toThrow("src/leads/README.md");
});

test("what is not there is a problem like any other", async () => {
  expect((await problemOf(get("/docs/nothing.js"), 404)).code).toBe("not_found");
});
