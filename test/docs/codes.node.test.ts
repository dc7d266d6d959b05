import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../../src/cli/root.ts";
import { english } from "../../src/imports/report/error-texts/en.ts";

const guide = readFileSync(join(ROOT, "docs/importing.md"), "utf8");

test.each([...Object.keys(english.hints), ...Object.keys(english.warnings)])(
  "the guide to importing says what %s means",
  (code) => {
    expect(guide).toContain(`| \`${code}\` |`);
  },
);
