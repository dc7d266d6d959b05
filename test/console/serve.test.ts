import { SELF } from "cloudflare:test";
import { expect, test } from "vitest";
import { ORIGIN, problemOf } from "../harness/api.ts";

const get = (path: string) => SELF.fetch(ORIGIN + path, { redirect: "manual" });

test.each(["/console", "/console/", "/console/c/1/leads/7"])(
  "%s is the console's page, which runs nothing but the console",
  async (path) => {
    const answer = await get(path);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("Content-Type")).toMatch(/^text\/html/);
    const policy = answer.headers.get("Content-Security-Policy") ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'; style-src 'self';");
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    expect(await answer.text()).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=/);
  },
);

test("what the page names is served here and can be kept for ever", async () => {
  const page = await (await get("/console")).text();
  const named = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, url = ""]) => url);
  expect(named.length).toBeGreaterThan(3);
  for (const url of named) {
    const answer = await get(url);
    await answer.body?.cancel();
    expect([url, answer.status]).toEqual([url, 200]);
    if (url.startsWith("/console/")) expect(answer.headers.get("Cache-Control")).toContain("immutable");
  }
});

test.each([
  [{}, "en", "Import leads"],
  [{ "Accept-Language": "pt-BR,pt;q=0.9" }, "pt", "Importar leads"],
])("the page of a link for imports runs nothing but the element, %j", async (headers, lang, title) => {
  const answer = await SELF.fetch(`${ORIGIN}/import`, { headers });
  expect(answer.status).toBe(200);
  expect(answer.headers.get("Referrer-Policy")).toBe("no-referrer");
  const policy = answer.headers.get("Content-Security-Policy") ?? "";
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toMatch(/unsafe|https?:|\*/);
  const page = await answer.text();
  expect(page).toContain(`<html lang="${lang}">`);
  expect(page).toContain(title);
  expect(page).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=/);
  const named = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, url = ""]) => url);
  expect(named).toEqual(["/docs/favicon.svg", "/embed/page.css", "/embed/leadsy-import.js"]);
  for (const url of named) {
    const part = await get(url);
    await part.body?.cancel();
    expect([url, part.status]).toEqual([url, 200]);
  }
});

test("the script of the element is for pages of any origin, which keep it for a while", async () => {
  const answer = await SELF.fetch(`${ORIGIN}/embed/leadsy-import.js`, {
    headers: { Origin: "https://shop.example.com" },
  });
  await answer.body?.cancel();
  expect(answer.headers.get("Access-Control-Allow-Origin")).toBe("*");
  expect(answer.headers.get("Cross-Origin-Resource-Policy")).toBe("cross-origin");
  expect(answer.headers.get("Cache-Control")).toMatch(/^public, max-age=600/);
  expect(answer.headers.get("Content-Type")).toMatch(/javascript/);
});

test("a file of another build is a 404, not the page", async () => {
  expect((await problemOf(get("/console/assets/console-OLD.js"), 404)).code).toBe("not_found");
});
