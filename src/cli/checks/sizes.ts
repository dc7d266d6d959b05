import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ROOT } from "../root.ts";

/**
 * `npm run sizes`: fails where a file or a folder has grown so large that nobody sees what is in it. A file that is too
 * long holds two subjects, and so does a folder that is too full.
 */

const MOST_LINES = 300;
const MOST_FILES = 12;
/** Of the files of src: half of them are at most so long. */
const MOST_LINES_OF_THE_MEDIAN = 70;

/** What is longer for a reason, and that. */
const LONGER: Record<string, string> = {
  "src/worker-configuration.d.ts": "written by wrangler",
  "src/leads/fields.ts": "a table of data: a row a column of a lead",
};

const files = globSync("{src,test}/**/*.{ts,tsx,css,js,mjs}", {
  cwd: ROOT,
  exclude: ["**/fixtures/**"],
}).sort();
const lengths = new Map(files.map((file) => [file, linesOf(file)]));
const folders = Map.groupBy(
  globSync("{src,test}/**/*.*", { cwd: ROOT, exclude: ["**/fixtures/**", "**/README.md"] }),
  (file) => dirname(file),
);

const problems = [
  ...[...lengths]
    .filter(([file, lines]) => lines > MOST_LINES && !(file in LONGER))
    .map(
      ([file, lines]) =>
        `${file} has ${lines} lines: split it by subject, so that none has over ${MOST_LINES}`,
    ),
  ...[...folders]
    .filter(([, { length }]) => length > MOST_FILES)
    .map(
      ([folder, { length }]) =>
        `${folder} has ${length} files: make a folder of some, so that none has over ${MOST_FILES}`,
    ),
];
const median = medianOf(
  files.filter((file) => file.startsWith("src/")).map((file) => lengths.get(file) ?? 0),
);
if (median > MOST_LINES_OF_THE_MEDIAN) {
  problems.push(
    `half of the files of src have over ${median} lines, and should have at most ${MOST_LINES_OF_THE_MEDIAN}`,
  );
}
for (const problem of problems) console.error(problem);
console.log(`${files.length} files, the median of src has ${median} lines, ${problems.length} problems`);
process.exit(files.length > 0 && problems.length === 0 ? 0 : 1);

function linesOf(file: string): number {
  return readFileSync(join(ROOT, file), "utf8").split("\n").length - 1;
}

function medianOf(numbers: number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
}
