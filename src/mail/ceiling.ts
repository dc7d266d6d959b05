import { sql } from "drizzle-orm";
import type { DirectoryDb } from "../db/clients.ts";
import { isUnasked, mails, UNASKED } from "../db/directory/schema.ts";
import type { MailRow } from "./outbox.ts";

const HOUR_MS = 60 * 60 * 1000;

/**
 * How many mails go to one address that somebody else can cause, whichever accounts and companies they are from. A
 * reset is not among them, nor what was asked for in a session of the account: these have limits of their own, so that
 * no stranger keeps the user of an account from them.
 */
const CEILINGS = [
  { mails: 6, within: HOUR_MS },
  { mails: 15, within: 24 * HOUR_MS },
] as const;

/**
 * Whether a mail would be one too many for the address that it goes to. Those before it count that were sent or
 * wait to be, so that of many at once the same ones go out whichever is taken up first.
 */
export async function isOneTooMany(db: DirectoryDb, mail: MailRow): Promise<boolean> {
  const { id, kind, email, createdAt, asked } = mail;
  if (asked || !UNASKED.some((unasked) => unasked === kind)) return false;
  const full = CEILINGS.map(
    ({ mails: most, within }) => sql`(SELECT count(*) FROM (
      SELECT 1 FROM ${mails} WHERE email = ${email} AND created_at > ${createdAt - within} AND id < ${id}
        AND failed_at IS NULL AND ${isUnasked} LIMIT ${most})) = ${most}`,
  );
  const [row] = await db.all<{ full: number }>(sql`SELECT ${sql.join(full, sql` OR `)} AS full`);
  return row?.full === 1;
}
