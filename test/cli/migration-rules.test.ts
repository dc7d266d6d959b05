import { describe, expect, test } from "vitest";
import { migrationProblems } from "../../src/cli/config/migration-rules.ts";

const FILES = import.meta.glob<string>("../../migrations/*/*.sql", {
  eager: true,
  import: "default",
  query: "?raw",
});

test.each(Object.entries(FILES))("%s can be applied in production", (_, sql) => {
  expect(migrationProblems(sql)).toEqual([]);
});

test("every migration is looked at", () => {
  expect(Object.keys(FILES).length).toBeGreaterThanOrEqual(19);
});

describe("a migration is refused", () => {
  const good =
    "CREATE TRIGGER notes_stay BEFORE DELETE ON notes WHEN OLD.kept = 1 BEGIN SELECT RAISE(ABORT, 'stays'); END;";

  test.each([
    ["with a trigger over several lines", good.replace(" BEGIN", "\nBEGIN"), "Write the trigger notes_stay"],
    ["with one whose name is on another line", good.replace("TRIGGER ", "TRIGGER\n"), "Write the trigger"],
    ["with one in small letters", good.replace("BEGIN", "begin").replace("END", "end"), "in capitals"],
    ["with a trigger behind a tab", `\t${good}`, "Write the trigger notes_stay"],
    [
      "with a CASE in a trigger",
      good.replace("'stays'", "CASE WHEN OLD.kept = 1 THEN 'stays' ELSE 'no' END"),
      "has a second END",
    ],
    ["with carriage returns", `${good}\r\n`, "carriage returns"],
    ["with a semicolon in a comment", `-- One; two\n${good}`, "Line 1: write the comment without"],
    [
      "with a quote in a comment",
      `CREATE TABLE a (b);\n-- A user's\n${good}`,
      "Line 2: write the comment without",
    ],
    ["with a statement that D1 does not take", `SELECT '${"x".repeat(100_000)}';`, "D1 takes 100000"],
  ])("%s", (_, sql, problem) => {
    expect(migrationProblems(sql).join("\n")).toContain(problem);
  });

  test("and one like ours is not", () => {
    const sql = `-- Notes stay.\n\n${good}\n--> statement-breakpoint\n${good}--> statement-breakpoint\n`;
    expect(migrationProblems(sql)).toEqual([]);
  });
});
