import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { unstable_readConfig as readConfig } from "wrangler";
import { addStore } from "../../src/cli/config/add-store.ts";
import { environmentProblems, placeholders } from "../../src/cli/config/environments.ts";
import { ROOT } from "../../src/cli/root.ts";

const TOML = readFileSync(join(ROOT, "wrangler.toml"), "utf8");
const folder = mkdtempSync(join(tmpdir(), "leadsy-environments-"));
afterAll(() => rmSync(folder, { recursive: true }));

const fileOf = (toml: string) => {
  const file = join(folder, "wrangler.toml");
  writeFileSync(file, toml);
  return file;
};
const problemsOf = (toml: string) => environmentProblems(fileOf(toml)).join("\n");

/** Changes the text that comes first after a header. */
function change(header: string, from: string | RegExp, to: string): string {
  const at = TOML.indexOf(`${header}\n`);
  expect(at).toBeGreaterThan(-1);
  const rest = TOML.slice(at);
  const changed = rest.replace(from, to);
  expect(changed).not.toBe(rest);
  return TOML.slice(0, at) + changed;
}

describe("the environments", () => {
  test("have the same bindings, under names of their own", () => {
    expect(problemsOf(TOML)).toBe("");
  });

  test("are told apart where one", () => {
    const staging = "[env.staging.vars]";
    const differing: [what: string, toml: string, problem: string][] = [
      [
        "lacks a store",
        change(staging, /\[\[env.staging.d1_databases\]\]\nbinding = "LEADS_1"\n(.+\n)+/, ""),
        "d1_databases.LEADS_1 is undefined",
      ],
      [
        "has another's database",
        change(staging, /11111111-0000-0000-0000-000000000000/, "22222222-0000-0000-0000-000000000000"),
        "is used by another environment",
      ],
      [
        "has two stores in one database",
        change(staging, "11111111-0000-0000-0000-000000000011", "11111111-0000-0000-0000-000000000010"),
        "is there twice",
      ],
      [
        "has other migrations",
        change(staging, "migrations/leads", "migrations/directory"),
        "LEADS_0.migrations_dir is",
      ],
      ["lacks a variable", change(staging, /APP_URL = .*\n/, ""), "vars is"],
      [
        "has the name of another",
        change(staging, 'ENVIRONMENT = "staging"', 'ENVIRONMENT = "production"'),
        "ENVIRONMENT is not staging",
      ],
      [
        "lacks a queue",
        change(staging, /\[\[env.staging.queues.producers\]\]\nbinding = "MAILS"\nqueue = .*\n/, ""),
        "queues.producers.MAILS is undefined",
      ],
      [
        "sends to another's queue",
        change(staging, "leadsy-staging-mails", "leadsy-production-mails"),
        "is used by another environment",
      ],
      [
        "retries less",
        change(staging, /max_retries = 10\n/, "max_retries = 3\n"),
        "max_retries is 3, and in production 10",
      ],
      [
        "lacks a dead-letter queue",
        change(staging, /dead_letter_queue = .*\n/, ""),
        "dead_letter_queue is undefined",
      ],
      [
        "limits less",
        change(staging, "limit = 5, period", "limit = 50, period"),
        "ratelimits.RESET_LIMIT.simple.limit is 50",
      ],
      ["counts with another", change(staging, '"2001"', '"3001"'), "namespace_id 3001 is used by another"],
      [
        "is called as another",
        change("[env.staging]", '"leadsy-staging"', '"leadsy"'),
        "name leadsy is used by another",
      ],
      [
        "has a cron of its own",
        `${TOML}\n[env.production.triggers]\ncrons = ["0 * * * *"]\n`,
        "triggers.crons is",
      ],
      ["has fewer milliseconds", `${TOML}\n[env.production.limits]\ncpu_ms = 50\n`, "limits.cpu_ms is"],
    ];
    for (const [what, toml, problem] of differing) expect(problemsOf(toml), what).toContain(problem);
  });

  test("deployed from the table without a name could not be production's", () => {
    expect(readConfig({ config: fileOf(TOML) }).name).toBe("leadsy-local");
  });

  test("lose their placeholders when an owner fills them in", () => {
    const filled = TOML.replaceAll(
      /22222222-0000-0000-0000-0000000000(\d\d)/g,
      "5d1c8a3e-9c0f-4f0e-8a53-7f1a5a52b0$1",
    ).replaceAll("example.com", "leadsy.app");
    expect(placeholders(fileOf(TOML), "production").length).toBe(7);
    expect(placeholders(fileOf(filled), "production")).toEqual([]);
  });
});

describe("one more lead store", () => {
  test("comes into every environment, with a database of its own", () => {
    const { toml, binding, names } = addStore(TOML);
    expect(binding).toBe("LEADS_2");
    expect(names).toEqual(["leadsy-leads-2", "leadsy-staging-leads-2", "leadsy-production-leads-2"]);
    expect(problemsOf(toml)).toBe("");
    expect(placeholders(fileOf(toml), "production").join()).toContain(
      "wrangler d1 create leadsy-production-leads-2",
    );
    for (const env of [undefined, "staging", "production"]) {
      const { d1_databases } = readConfig({ config: fileOf(toml), env });
      expect(d1_databases.map(({ binding }: { binding: string }) => binding)).toEqual([
        "DIRECTORY",
        "LEADS_0",
        "LEADS_1",
        "LEADS_2",
      ]);
    }
  });

  test("comes again, and nothing else changes", () => {
    const twice = addStore(addStore(TOML).toml);
    expect(twice.binding).toBe("LEADS_3");
    expect(problemsOf(twice.toml)).toBe("");
    const lines = new Set(twice.toml.split("\n"));
    expect(TOML.split("\n").filter((line) => !lines.has(line))).toEqual([]);
  });

  test("does not come where an environment lacks one", () => {
    const toml = change("[env.staging.vars]", 'binding = "LEADS_1"', 'binding = "LEADS_7"');
    expect(() => addStore(toml)).toThrow("do not have the same lead stores");
  });
});
