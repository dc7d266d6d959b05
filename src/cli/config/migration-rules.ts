/** D1's limit on one SQL statement. @see https://developers.cloudflare.com/d1/platform/limits/ */
const STATEMENT_BYTES = 100_000;

const TRIGGER = /\bCREATE\s+(?:TEMP\s+|TEMPORARY\s+)?TRIGGER\s+(?:IF\s+NOT\s+EXISTS\s+)?(\S+)/gi;
const ON_ONE_LINE = /^CREATE TRIGGER \S+ .*\bBEGIN .*; END;(?:--> statement-breakpoint)?$/;

/**
 * Says why a migration that applies on this machine could fail in production.
 *
 * `wrangler d1 migrations apply --remote` sends a file as it is, and D1 splits it into statements by rules of its
 * own, which are not those of SQLite: it has cut triggers at line ends, at carriage returns and at the `END` of a
 * `CASE`, each time with "incomplete input". Nothing on this machine splits like that, so what has broken is refused.
 *
 * @param sql the text of the file.
 * @returns a sentence for each problem.
 * @see https://github.com/cloudflare/workers-sdk/issues/4998 (lines, nested END)
 * @see https://github.com/cloudflare/workers-sdk/issues/14991 (carriage returns)
 */
export function migrationProblems(sql: string): string[] {
  const problems: string[] = [];
  if (sql.includes("\r")) problems.push("It has carriage returns: end its lines with a line feed alone.");
  for (const match of sql.matchAll(TRIGGER)) {
    const line = lineAround(sql, match.index);
    const name = match[1];
    if (!ON_ONE_LINE.test(line)) {
      problems.push(`Write the trigger ${name} on one line, as CREATE TRIGGER … BEGIN …; END; in capitals.`);
    } else if (/\bCASE\b/i.test(line) || (line.match(/\bEND\b/gi)?.length ?? 0) !== 1) {
      problems.push(`The trigger ${name} has a second END: use iif(), or move the condition into WHEN.`);
    }
  }
  for (const [number, line] of sql.split("\n").entries()) {
    const comment = /^\s*--(?!> statement-breakpoint$)(.*)$/.exec(line)?.[1];
    if (comment && /[;'"`]/.test(comment)) {
      problems.push(`Line ${number + 1}: write the comment without semicolons and quotes.`);
    }
  }
  for (const statement of sql.split("--> statement-breakpoint")) {
    const bytes = new TextEncoder().encode(statement).length;
    if (bytes > STATEMENT_BYTES)
      problems.push(`A statement has ${bytes} bytes: D1 takes ${STATEMENT_BYTES}.`);
  }
  return problems;
}

function lineAround(text: string, index: number): string {
  const end = text.indexOf("\n", index);
  return text.slice(text.lastIndexOf("\n", index) + 1, end === -1 ? undefined : end);
}
