import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import * as z from "zod";
import { hashPassword } from "../auth/passwords/passwords.ts";
import { TARGET_OPTIONS, targetArgs } from "./config/target.ts";
import { runWrangler } from "./config/wrangler.ts";
import { exitWithError } from "./fail.ts";

/** `npm run operator`: makes a platform operator, the first user of an installation. */

const Operator = z.object({
  email: z
    .string("Give the address with --email.")
    .trim()
    .toLowerCase()
    .pipe(z.email("--email is not an e-mail address.").max(254)),
  firstName: z.string("Give the name with --first-name.").trim().min(1, "--first-name is empty.").max(255),
  lastName: z.string("Give the name with --last-name.").trim().min(1, "--last-name is empty.").max(255),
});

try {
  const { values } = parseArgs({
    options: {
      email: { type: "string" },
      "first-name": { type: "string" },
      "last-name": { type: "string" },
      promote: { type: "boolean", default: false },
      ...TARGET_OPTIONS,
    },
  });
  const target = targetArgs(values);
  const email = parse(Operator.shape.email, values.email);
  const there = await findUser(email, target);
  if (there && !values.promote) {
    throw new Error(
      `${email} is ${there.operator ? "an operator" : "a user"} already; --promote makes it an operator.`,
    );
  }
  if (there) {
    await execute(
      `UPDATE users SET operator = 1, updated_at = ${Date.now()} WHERE id = ${there.id};`,
      target,
    );
    console.log(`${email} is an operator now, with the password it had.`);
  } else {
    const firstName = parse(Operator.shape.firstName, values["first-name"]);
    const lastName = parse(Operator.shape.lastName, values["last-name"]);
    const password = randomBytes(18).toString("base64url");
    const texts = [email, firstName, lastName, await hashPassword(password)].map(quote);
    const now = Date.now();
    await execute(
      "INSERT INTO users (email, first_name, last_name, password_hash, status, operator, email_confirmed_at, created_at, updated_at) " +
        `VALUES (${texts.join(", ")}, 'active', 1, ${now}, ${now}, ${now});`,
      target,
    );
    console.log(`${email} is an operator now. The password, shown this once:\n\n  ${password}\n`);
  }
} catch (error) {
  exitWithError(error);
}

function parse<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (!result.success) throw new Error(result.error.issues.map(({ message }) => message).join(" "));
  return result.data;
}

async function findUser(
  email: string,
  target: string[],
): Promise<{ id: number; operator: number } | undefined> {
  const command = `SELECT id, operator FROM users WHERE email = ${quote(email)}`;
  const out = await runWrangler(["d1", "execute", "DIRECTORY", "--json", "--command", command, ...target]);
  const [answer] = JSON.parse(out) as { results: { id: number; operator: number }[] }[];
  return answer?.results[0];
}

/** Runs a statement from a file that only its owner can read, so that no other user of the machine sees it. */
async function execute(sql: string, target: string[]): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "leadsy-"));
  try {
    const file = join(folder, "operator.sql");
    writeFileSync(file, sql, { mode: 0o600 });
    await runWrangler(["d1", "execute", "DIRECTORY", "--yes", "--file", file, ...target]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A text as an SQL literal. @see https://sqlite.org/lang_expr.html#literal_values_constants_ */
function quote(text: string): string {
  if (/\p{Cc}/u.test(text)) throw new Error("A name has no control characters.");
  return `'${text.replaceAll("'", "''")}'`;
}
