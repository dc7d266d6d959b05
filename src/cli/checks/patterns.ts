import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { checkSync } from "recheck";
import ts from "typescript";
import * as z from "zod";
import { ROOT } from "../root.ts";

/**
 * `npm run patterns`: looks at every regular expression of the source for one that input could make slow, and ends
 * with 1 where there is one. A pattern that is put together at run time cannot be looked at, so that there is none.
 *
 * Recheck was chosen of several (safe-regex2 counts stars, eslint-plugin-regexp and redos-detector know no attack
 * string): it searches for an input that backtracks, and says which.
 */

/** How long a pattern may be looked at, in milliseconds. */
const TIMEOUT_MS = 10_000;
/** What runs on the machine of an operator alone, and reads no input. */
const COMMANDS = "src/cli/**";
/** Its patterns are those of libphonenumber's metadata, and meet nothing but at most 24 digits. */
const PHONE_METADATA = "src/leads/normalize/phone/numbering-plans.ts";

interface Pattern {
  place: string;
  source: string;
  flags: string;
}

const problems: string[] = [];
const patterns = globSync("src/**/*.{ts,tsx}", {
  cwd: ROOT,
  exclude: [COMMANDS, "src/worker-configuration.d.ts"],
})
  .sort()
  .flatMap(patternsIn)
  .concat(patternsOfZod());
for (const { place, source, flags } of patterns) {
  const result = check(source, flags);
  if (result.status === "safe") continue;
  const why =
    result.status === "vulnerable"
      ? `${result.complexity.summary} with ${result.attack.pattern}`
      : "not known";
  problems.push(`${place}: /${source}/${flags} is ${result.status}: ${why}`);
}
for (const problem of problems) console.error(problem);
console.log(`${patterns.length} regular expressions, ${problems.length} problems`);
process.exit(patterns.length > 0 && problems.length === 0 ? 0 : 1);

function patternsIn(file: string): Pattern[] {
  const text = readFileSync(join(ROOT, file), "utf8");
  const tree = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const literals: Pattern[] = [];
  const visit = (node: ts.Node): void => {
    const place = `${file}:${tree.getLineAndCharacterOfPosition(node.getStart()).line + 1}`;
    if (ts.isRegularExpressionLiteral(node)) {
      const end = node.text.lastIndexOf("/");
      literals.push({ place, source: node.text.slice(1, end), flags: node.text.slice(end + 1) });
    } else if (
      (ts.isNewExpression(node) || ts.isCallExpression(node)) &&
      file !== PHONE_METADATA &&
      ts.isIdentifier(node.expression) &&
      node.expression.text === "RegExp"
    ) {
      problems.push(`${place}: write the pattern as a literal, which can be looked at`);
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return literals;
}

/** Those of zod that schemas here use. */
function patternsOfZod(): Pattern[] {
  const { email, date, datetime } = z.regexes;
  const used = { email, date, time: datetime({ precision: 3 }), offset: datetime({ offset: true }) };
  return Object.entries(used).map(([name, { source, flags }]) => ({ place: `zod ${name}`, source, flags }));
}

/** Where the automaton does not get done in time, the fuzzer does. */
function check(source: string, flags: string) {
  const result = checkSync(source, flags, { timeout: TIMEOUT_MS });
  if (result.status !== "unknown") return result;
  return checkSync(source, flags, { timeout: 3 * TIMEOUT_MS, checker: "fuzz" });
}
