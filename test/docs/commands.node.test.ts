import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { LOCAL_ONLY } from "../../src/cli/config/wrangler.ts";
import { prepare } from "../../src/cli/dev/prepare.ts";
import { ROOT } from "../../src/cli/root.ts";

/**
 * The commands of the guide, on an installation on this machine: those of blocks marked `remote` are about an
 * account, and so only looked at.
 */
const GUIDE = readFileSync(join(ROOT, "docs/when-something-is-wrong.md"), "utf8");
const blocks = [...GUIDE.matchAll(/^```sh( remote)?\n([\s\S]*?)^```$/gm)].map(([, remote, text = ""]) => ({
  remote: remote !== undefined,
  text,
}));
const local = blocks.filter(({ remote }) => !remote).map(({ text }) => text);

const state = mkdtempSync(join(tmpdir(), "leadsy-guide-"));
beforeAll(() => prepare(state));
afterAll(() => rmSync(state, { recursive: true }));

test.each(local)("%s", (text) => {
  const script = `set -e\nAT=(--local --persist-to "${state}")\n${text}`;
  const { status, stdout, stderr } = spawnSync("bash", ["-c", script], {
    cwd: ROOT,
    encoding: "utf8",
    env: { ...process.env, ...LOCAL_ONLY },
  });
  expect(status, `${stdout}${stderr}`).toBe(0);
});

test("every command names what it works on, and knows its shell", () => {
  expect(local.length).toBeGreaterThan(8);
  for (const { remote, text } of blocks) {
    if (!remote) expect(text).toContain("[@]");
    // A zsh that is typed into takes a comment for a command, or for its arguments.
    expect(text).not.toMatch(/(^|\s)#/m);
    for (const npm of text.matchAll(/npm run (?:--silent )?([\w:]+)/g)) {
      expect(JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")).scripts).toHaveProperty(
        npm[1] ?? "",
      );
    }
  }
});

test("links within the guide lead somewhere", () => {
  const headings = [...GUIDE.matchAll(/^#+ (.+)$/gm)].map(([, text = ""]) =>
    text
      .toLowerCase()
      .replace(/[^\w\s-]/g, "")
      .replaceAll(" ", "-"),
  );
  for (const [, target] of GUIDE.matchAll(/\]\(#([\w-]+)\)/g)) expect(headings).toContain(target);
});
