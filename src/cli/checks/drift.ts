import { spawnSync } from "node:child_process";
import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { environmentProblems } from "../config/environments.ts";
import { migrationProblems } from "../config/migration-rules.ts";
import { LOCAL_ONLY } from "../config/wrangler.ts";
import { ROOT } from "../root.ts";

/** `npm run drift`: fails where what is generated is not what its source gives today. Changes nothing. */

const problems = [
  ...checkWorkerTypes(),
  ...checkMigrations("directory"),
  ...checkMigrations("leads"),
  ...checkMigrationRules(),
  ...checkLockFile(),
  ...environmentProblems(join(ROOT, "wrangler.toml")),
];
for (const problem of problems) console.error(`${problem}\n`);
if (problems.length === 0) console.log("Nothing has drifted.");
process.exit(problems.length === 0 ? 0 : 1);

function checkWorkerTypes(): string[] {
  const { failed, output } = run("npm", ["run", "--silent", "types:worker", "--", "--check"]);
  if (!failed) return [];
  return [`src/worker-configuration.d.ts is not what wrangler.toml gives: npm run types:worker\n${output}`];
}

/**
 * Generates into a copy of the migrations. Only Drizzle Kit's word counts that nothing is to be done: where it
 * would ask whether a column was renamed, it ends with 0 and no file.
 */
function checkMigrations(name: string): string[] {
  const kept = join(ROOT, "migrations", name);
  const build = join(ROOT, ".build");
  mkdirSync(build, { recursive: true });
  const copy = mkdtempSync(join(build, "drift-"));
  try {
    cpSync(kept, copy, { recursive: true });
    // Drizzle Kit takes the folder only as a path relative to the present one.
    const out = `./${relative(ROOT, copy)}`;
    const check = run("drizzle-kit", ["check", "--dialect", "sqlite", "--out", out]);
    if (check.failed) return [`migrations/${name} contradict each other:\n${check.output}`];
    const schema = `./src/db/${name}/schema.ts`;
    const generate = run("drizzle-kit", [
      "generate",
      "--dialect",
      "sqlite",
      "--schema",
      schema,
      "--out",
      out,
    ]);
    if (generate.output.includes("No schema changes")) return [];
    return [
      `migrations/${name} are not what src/db/${name}/schema.ts gives: npm run migrations\n${generate.output}`,
    ];
  } finally {
    rmSync(copy, { recursive: true });
  }
}

function checkMigrationRules(): string[] {
  return globSync("migrations/*/*.sql", { cwd: ROOT }).flatMap((file) =>
    migrationProblems(readFileSync(join(ROOT, file), "utf8")).map((problem) => `${file}: ${problem}`),
  );
}

function checkLockFile(): string[] {
  const { failed, output } = run("npm", ["ci", "--dry-run", "--ignore-scripts"]);
  if (!failed) return [];
  const [reason] = output.split("npm error Clean install");
  return [`package-lock.json is not what package.json asks for: npm install\n${reason}`];
}

function run(command: string, args: string[]): { failed: boolean; output: string } {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "pipe"],
    encoding: "utf8",
    env: { ...process.env, ...LOCAL_ONLY },
  });
  return { failed: status !== 0, output: `${stdout}${stderr}`.trim() };
}
