import { type SQL, sql } from "drizzle-orm";
import { type ErasedPerson, importRejections } from "../db/leads/schema.ts";
import { FIELD_LIST } from "../leads/fields.ts";
import type { LeadRow } from "../leads/queries.ts";

/** So many last digits tell a phone, whatever stands before them: some write no country code. */
const TELLING_DIGITS = 8;

/** What tells a person in files. @param rows their leads: one, and those that were merged into it. */
export function describePerson(rows: LeadRow[]): Omit<ErasedPerson, "places"> {
  const textsOf = (kind: "email" | "phone") =>
    FIELD_LIST.flatMap((field) => (field.kind === kind ? rows.map((row) => row[field.column]) : []));
  const present = <T>(values: (T | null)[]) => [...new Set(values.filter((value) => value !== null))];
  return {
    emails: present(textsOf("email")),
    phones: present(textsOf("phone").map((phone) => phone?.slice(-TELLING_DIGITS) ?? null)),
    importIds: present(rows.map(({ importId }) => importId)),
  };
}

/**
 * So many spaces before it keep the person out of the page of the erasure's row, and in pages of their own, which are
 * freed with it: SQLite copies rows between pages, but never those.
 */
const PADDING = sql.raw("5000");

/** A person as the row of their erasure keeps them. */
export function paddedPerson(person: ErasedPerson): SQL {
  return sql`printf('%${PADDING}s', '') || ${JSON.stringify(person)}`;
}

/** Whether a rejected record has the person in it. */
export function isRejectedOf({ emails, phones }: Pick<ErasedPerson, "emails" | "phones">): SQL {
  const cells = importRejections.cells;
  const bare = [" ", "-", ".", "(", ")", "/"].reduce(
    (text, mark) => sql`replace(${text}, ${sql.raw(`'${mark}'`)}, '')`,
    sql`${cells}`,
  );
  const any = [
    // E-mails beyond ASCII are compared as they are: SQLite knows no other small letters.
    ...emails.map((email) => sql`instr(lower(${cells}), ${email}) > 0 OR instr(${cells}, ${email}) > 0`),
    ...phones.map((digits) => sql`instr(${bare}, ${digits}) > 0`),
  ];
  return any.length > 0 ? sql`(${sql.join(any, sql` OR `)})` : sql`0`;
}

/** Whether a text has the person in it: the same rule, but digits that go on are another number. */
export function isIn(text: string, { emails, phones }: Pick<ErasedPerson, "emails" | "phones">): boolean {
  const small = text.toLowerCase();
  if (emails.some((email) => small.includes(email.toLowerCase()))) return true;
  if (phones.length === 0) return false;
  const bare = text.replace(/[ \-.()/]/g, "");
  return phones.some((digits) => {
    for (let at = bare.indexOf(digits); at !== -1; at = bare.indexOf(digits, at + 1)) {
      const next = bare.charCodeAt(at + digits.length);
      if (!(next >= 0x30 && next <= 0x39)) return true;
    }
    return false;
  });
}
