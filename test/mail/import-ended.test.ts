import { env } from "cloudflare:test";
import { eq } from "drizzle-orm";
import { beforeEach, expect, test } from "vitest";
import { tryCarryAuditEvents } from "../../src/audit/outbox/carry.ts";
import { openDatabases, openDirectory } from "../../src/db/clients.ts";
import { mails } from "../../src/db/directory/schema.ts";
import { compose } from "../../src/mail/compose.ts";
import { letterOf } from "../../src/mail/letters/letter-of.ts";
import type { MailRow } from "../../src/mail/outbox.ts";
import { createCompany, createUser, type TestCompany, type TestUser } from "../harness/factories.ts";
import { deliver, prepareImport } from "../harness/import-run.ts";

let company: TestCompany;
let user: TestUser;

beforeEach(async () => {
  company = await createCompany();
  user = await createUser({ access: [{ company, role: "manager" }] });
});

const directory = openDirectory(env.DIRECTORY);
const mailsOf = (id: number) => directory.select().from(mails).where(eq(mails.userId, id));
const set = (change: string) =>
  env.DIRECTORY.prepare(`UPDATE users SET ${change} WHERE id = ?`).bind(user.id).run();

/** An import of the user's that took so long, from its first step to its last. */
async function imported(seconds: number): Promise<string> {
  const code = await prepareImport(company, "Correo\nana@leads.test\nnobody\nno\n");
  await company.database
    .prepare("UPDATE imports SET imported_by = ? WHERE import_code = ?")
    .bind(user.id, code)
    .run();
  const startedAt = Date.now();
  let calls = 0;
  // The clock of the step stands still until the records are written.
  await deliver(code, { now: () => startedAt + (calls++ > 3 ? seconds * 1000 : 0) });
  await Promise.all(
    [1, 2, 3].map(() => tryCarryAuditEvents(env, openDatabases(env, { for: "job" }), company.store)),
  );
  return code;
}

/** What a mail says when it is sent. */
async function written(row: MailRow | undefined) {
  const letter = row && (await letterOf(env, openDatabases(env, { for: "job" }), row, Date.now()));
  if (!letter) throw new Error("no letter");
  return compose(letter);
}

test("a long import is told of once, however often its event is carried, with its ledger and its errors", async () => {
  await set("locale = 'es'");
  const code = await imported(30);
  const rows = await mailsOf(user.id);
  expect(rows).toMatchObject([{ kind: "import_ended", email: user.email }]);
  const { subject, text } = await written(rows[0]);
  expect(subject).toBe("Importado, con registros por corregir: leads.csv");
  for (const part of [
    "3 registros",
    "1 leads creados",
    "2 rechazados",
    "1 × Correo: No es una dirección de correo, y no hay teléfono.",
    "1 × El registro no tiene correo ni teléfono, y un lead necesita uno.",
    code,
  ]) {
    expect(text).toContain(part);
  }
});

test.each([
  ["en", "The import has failed: leads.csv", true],
  ["es", "La importación ha fallado: leads.csv", false],
  ["pt", "A importação falhou: leads.csv", false],
] as const)(
  "a failure is told in %s, and its detail where it is in that language",
  async (locale, title, isTold) => {
    const code = await imported(30);
    await set(`locale = '${locale}'`);
    await company.database
      .prepare(
        "UPDATE imports SET status = 4, failure_code = 'no_records', failure_detail = ? WHERE import_code = ?",
      )
      .bind("The file has <no> records.", code)
      .run();
    const [row] = await mailsOf(user.id);
    const { subject, text, html } = await written(row);
    expect(subject).toBe(title);
    expect(text.includes("The file has <no> records.")).toBe(isTold);
    expect(html).not.toContain("<no>");
    expect(text).not.toMatch(/invalid_email|missing_contact/);
  },
);

test.each([
  ["a short import", 5, "locale = 'en'"],
  ["one who switched it off", 30, "import_mails = 0"],
  ["an address that is not confirmed", 30, "email_confirmed_at = NULL"],
])("%s gets no mail", async (_, seconds, change) => {
  await set(change);
  await imported(seconds);
  expect(await mailsOf(user.id)).toEqual([]);
});

test("an import that was undone meanwhile is told of no more", async () => {
  const code = await imported(30);
  const [row] = await mailsOf(user.id);
  if (!row) throw new Error("no mail");
  await company.database.prepare("UPDATE imports SET status = 7 WHERE import_code = ?").bind(code).run();
  expect(await letterOf(env, openDatabases(env, { for: "job" }), row, Date.now())).toBeNull();
});

test("one who may not see the import any more when it is sent gets none", async () => {
  await imported(30);
  const [row] = await mailsOf(user.id);
  if (!row) throw new Error("no mail");
  await set("status = 'disabled'");
  expect(await letterOf(env, openDatabases(env, { for: "job" }), row, Date.now())).toBeNull();
});
