import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { prepare } from "../../src/cli/dev/prepare.ts";
import type { Server } from "../../src/cli/dev/server.ts";
import { startTemporaryServer } from "../../src/cli/operations/temporary-server.ts";
import { ROOT } from "../../src/cli/root.ts";
import { type Block, blocksOf, documents } from "./markdown.ts";
import { type QuickWrangler, startQuickWrangler } from "./quick-wrangler.ts";
import { isInstalled, type Shell, typeInto } from "./shells.ts";

/**
 * The commands of the documents, typed into a shell one after the other, document by document. Blocks marked `remote`
 * need an account and those marked `project` the whole project: they are only looked at. A block marked `output` is
 * what those before it print.
 */
const all = documents().map((document) => ({ path: document.path, blocks: blocksOf(document) }));
const commands = all.flatMap(({ blocks }) => blocks.filter(({ language }) => language === "sh"));
const isRun = ({ language, mark }: Block) => language === "sh" && mark === "";
const guides = all.filter(({ blocks }) => blocks.some(isRun));
const usesWrangler = ({ blocks }: (typeof all)[number]) =>
  blocks.some((block) => isRun(block) && block.text.includes("npx wrangler"));

const work = mkdtempSync(join(tmpdir(), "leadsy-docs-"));
afterAll(() => rmSync(work, { recursive: true, force: true }));

interface Place {
  cwd: string;
  url?: string;
  /** A folder of commands that come before those of the system. */
  commands?: string | undefined;
}

/** Types the commands of a document, and says which block the shell ended at. */
async function run(
  shell: Shell,
  blocks: Block[],
  before: string,
  { cwd, url = "", commands }: Place,
): Promise<void> {
  const script = blocks
    .filter(isRun)
    .map(({ at, text }) => `${text.replaceAll("http://127.0.0.1:8787", url)}\necho 'passed ${at}'`);
  const session = { cwd, strict: true, commands };
  const { status, stdout, stderr } = await typeInto(shell, [before, ...script].join("\n"), session);
  for (const { at } of blocks.filter(isRun))
    expect(stdout, `${at}\n${stdout}${stderr}`).toContain(`passed ${at}`);
  expect(status, stderr).toBe(0);
  for (const { mark, text } of blocks) if (mark === "output") expect(stdout).toContain(text.trim());
}

describe.each(["bash", "zsh"] as const)("typed into %s, with an API", (shell) => {
  const ending = new AbortController();
  let server: Server | undefined;
  const missing = !isInstalled(shell);
  beforeAll(async () => {
    if (!missing) server = await startTemporaryServer(ending.signal);
  });
  afterAll(async () => {
    ending.abort();
    await server?.ended;
  });

  test.skipIf(missing).each(guides.filter((guide) => !usesWrangler(guide)))("$path", async ({ blocks }) => {
    await run(shell, blocks, "", { cwd: work, url: server?.url ?? "" });
  });

  test.skipIf(missing)("a loop ends, too, where the upload was refused", async () => {
    const loops = commands.filter(({ text }) => /^(while|until) curl/m.test(text));
    expect(loops.length).toBeGreaterThan(1);
    for (const { text } of loops) {
      for (const url of [server?.url, "http://127.0.0.1:9"]) {
        const loop = text.slice(text.search(/^(while|until) /m), text.indexOf("done\n") + 5);
        const before = `API=${url}/api/v1\nTOKEN=none\nCODE=null\n`;
        const { status } = await typeInto(shell, before + loop, { cwd: work, strict: false });
        expect(status).toBe(0);
      }
    }
  });
});

describe("typed into bash, with local databases", () => {
  const state = join(work, "state");
  let quick: QuickWrangler | undefined;
  beforeAll(async () => void (await prepare(state)));
  afterAll(() => quick?.stop());

  // Two workerd on the same databases lock each other out: first the documents that run wrangler itself.
  const longest = "docs/when-something-is-wrong.md";
  const ordered = guides
    .filter(usesWrangler)
    .toSorted((a, b) => Number(a.path === longest) - Number(b.path === longest));
  test.each(ordered)("$path", async ({ path, blocks }) => {
    if (path === longest) quick = await startQuickWrangler(state);
    await run("bash", blocks, `AT=(--local --persist-to "${state}")`, { cwd: ROOT, commands: quick?.folder });
  });
});

test.each(commands)("$at can be pasted", ({ text }) => {
  // A zsh that is typed into takes a comment for a command, or for its arguments.
  expect(text).not.toMatch(/(^|\s)#/m);
  const bare = text
    .replace(/<<'(\w+)'[\s\S]*?^\1$/gm, "")
    .replace(/'[^']*'/g, "")
    .replace(/"(?:[^"\\]|\\.)*"/g, (quoted) => (quoted.includes("!") ? "!" : ""));
  expect(bare, "zsh takes it for a pattern, or either shell for its history").not.toMatch(/[?*[\]!]/);
  for (const shell of ["bash", "zsh"] as const) {
    if (isInstalled(shell))
      expect(spawnSync(shell, ["-n"], { input: text, encoding: "utf8" }).stderr).toBe("");
  }
});

test("every script that is named exists", () => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  for (const { at, text } of commands) {
    for (const [, name = ""] of text.matchAll(/npm run (?:--silent )?([\w:]+)/g)) {
      expect(scripts, at).toHaveProperty([name]);
    }
  }
});
