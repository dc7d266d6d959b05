import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import ts from "typescript";
import { ROOT } from "../root.ts";

/**
 * `npm run words`: finds the words that this project does not use as technical terms, and ends with 1 where there is
 * one. Some are not used at all; others are plain English in a sentence, and only wrong as a name.
 */

/** Not in names, comments, messages or documents. */
const NOWHERE = /\b(?:whoever|anew|unsettled|settle[sd]?|settling|forgets?|forgetting|forgot|forgotten)\b/gi;
/** Not as a part of a name: `giveMembership`, `TAKES_JSON`, `mail-room.ts`. `isTaken` and `tookEffect` are fine. */
const NOT_IN_NAMES = new Set(
  "whoever anew settle settles settled unsettled forget forgets forgot forgotten narrow narrows narrowed way ways room rooms give gives given giver take takes taker those".split(
    " ",
  ),
);
/** Not a name by itself: a variable says what it holds. */
const NO_NOUNS = new Set(["found"]);
/** This file names the words; the others are generated, or are real files and their headers. */
const NOT_OURS = ["src/cli/checks/words.ts", "src/worker-configuration.d.ts", "test/fixtures/**"];

const files = globSync(["{src,test}/**/*.{ts,tsx,js,mjs,md}", "docs/*.md", "README.md"], {
  cwd: ROOT,
  exclude: NOT_OURS,
}).sort();
const problems = files.flatMap((file) => {
  const text = readFileSync(join(ROOT, file), "utf8");
  return [...wordsOf(file, text), ...namesOf(file, text)];
});
for (const problem of problems) console.error(problem);
console.log(`${files.length} files, ${problems.length} words that are not ours`);
process.exit(files.length > 0 && problems.length === 0 ? 0 : 1);

function wordsOf(file: string, text: string): string[] {
  return text
    .split("\n")
    .flatMap((line, index) => [...line.matchAll(NOWHERE)].map(([word]) => `${file}:${index + 1}: "${word}"`));
}

/** The names that a file declares, and its own. Names of libraries (`allSettled`) are used, not declared. */
function namesOf(file: string, text: string): string[] {
  const problems = isOurs(basename(file)) ? [] : [`${file}: the name of the file`];
  if (file.endsWith(".md")) return problems;
  const tree = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && isDeclared(node) && !isOurs(node.text)) {
      const { line } = tree.getLineAndCharacterOfPosition(node.getStart());
      problems.push(`${file}:${line + 1}: the name ${node.text}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return problems;
}

function isDeclared(node: ts.Identifier): boolean {
  const { parent } = node;
  return "name" in parent && parent.name === node && !ts.isPropertyAccessExpression(parent);
}

function isOurs(name: string): boolean {
  const words = name.split(/(?<=[a-z0-9])(?=[A-Z])|[^A-Za-z0-9]/);
  return !NO_NOUNS.has(name) && !words.some((word) => NOT_IN_NAMES.has(word.toLowerCase()));
}
