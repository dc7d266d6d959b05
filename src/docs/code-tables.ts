import { ERRORS } from "../errors.ts";
import { FAILURES } from "../imports/codes/failures.ts";
import { codeTable } from "../imports/codes/meanings.ts";
import { REJECTIONS } from "../imports/codes/rejections.ts";
import { WARNINGS } from "../imports/codes/warnings.ts";

/** What stands in a guide where a table of codes goes: a comment of this name. */
const TABLES: Record<string, () => string> = {
  "error codes": errorTable,
  "rejection codes": () => codeTable(REJECTIONS),
  "warning codes": () => codeTable(WARNINGS),
  "failure codes": () => codeTable(FAILURES),
};

/** A guide with the tables of codes that it asks for. */
export function withTables(markdown: string): string {
  return markdown.replace(/<!-- ([a-z]+ codes) -->/g, (comment, name: string) => TABLES[name]?.() ?? comment);
}

function errorTable(): string {
  const rows = Object.entries(ERRORS).map(
    ([code, [status, title]]) => `| ${status} | [\`${code}\`](/docs/problems/${code}) | ${title} |`,
  );
  return ["| Status | Code | Title |", "|---|---|---|", ...rows].join("\n");
}
