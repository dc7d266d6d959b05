import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../../src/cli/root.ts";
import { withTables } from "../../src/docs/code-tables.ts";
import { FAILURES } from "../../src/imports/codes/failures.ts";
import { REJECTIONS } from "../../src/imports/codes/rejections.ts";
import { WARNINGS } from "../../src/imports/codes/warnings.ts";

const guide = withTables(readFileSync(join(ROOT, "docs/importing.md"), "utf8"));

test.each([
  ["Rejected records", REJECTIONS],
  ["Warnings", WARNINGS],
  ["Files that cannot be used", FAILURES],
])("the guide to importing says under “%s” when each code is given and what to do", (title, table) => {
  const [, section = ""] = guide.split(`\n## ${title}\n`);
  const [text = ""] = section.split("\n## ");
  const rows = [...text.matchAll(/^\| `(\w+)` \| (.+) \| (.+) \|$/gm)];
  expect(rows.map(([, code]) => code)).toEqual(Object.keys(table));
  for (const [, , when, hint] of rows) {
    expect(when).toMatch(/[^.]$/);
    expect(hint).toMatch(/\.$/);
  }
});
