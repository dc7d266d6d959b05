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

test("a file of another build is a 404, not the page", async () => {
  expect((await problemOf(get("/console/assets/console-OLD.js"), 404)).code).toBe("not_found");
});
