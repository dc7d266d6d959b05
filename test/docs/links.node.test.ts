import { existsSync, statSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../../src/cli/root.ts";
import { anchorsOf, documents, linksOf } from "./markdown.ts";

const all = documents();

test.each(all)("the links of $path lead somewhere", (document) => {
  for (const link of linksOf(document)) {
    if (/^https:\/\//.test(link)) continue;
    // What the API serves beside the guides.
    if (link.startsWith("/")) {
      expect(["/docs", "/openapi.json", "/llms.txt", "/postman.json"]).toContain(link);
      continue;
    }
    const [file = "", anchor] = link.split("#");
    const path = file ? relative(ROOT, resolve(ROOT, document.path, "..", file)) : document.path;
    expect(existsSync(join(ROOT, path)), link).toBe(true);
    if (anchor === undefined) continue;
    const target = all.find((one) => one.path === path);
    expect(target && anchorsOf(target), link).toContain(anchor);
  }
});

test("the README is short", () => {
  expect(statSync(join(ROOT, "README.md")).size).toBeLessThanOrEqual(10_000);
});
