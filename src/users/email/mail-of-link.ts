import { sql } from "drizzle-orm";
import { mails, users } from "../../db/directory/schema.ts";
import { fieldError } from "../../errors.ts";

/** What the mail of a link says, as expressions: they hold at that point of a transaction. */
export function mailOfLink(mailId: number) {
  const userId = sql`(SELECT user_id FROM ${mails} WHERE id = ${mailId})`;
  return {
    email: sql`(SELECT email FROM ${mails} WHERE id = ${mailId})`,
    userId,
    /** Singles out the user of the mail. */
    user: sql`${users.id} = ${userId}`,
  };
}

/** The refusal of a link whose address has got another account since. */
export function addressTaken() {
  return fieldError(
    "email_taken",
    "token",
    "email_taken",
    "is for an address that another account has meanwhile",
  );
}
