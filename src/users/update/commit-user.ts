import type { SQL } from "drizzle-orm";
import { commit, type Statement } from "../../db/directory/commit.ts";
import { type AppError, notFound } from "../../errors.ts";
import { deliver, type NewMail, writeMail } from "../../mail/outbox.ts";
import { selectUsers, type UserRow } from "../queries.ts";
import type { WriteContext } from "../write-context.ts";

/** What one transaction does to a user. */
export interface UserCommit {
  statements: Statement[];
  /** Written after the statements, and handed to the queue once all of it is in. */
  mails: NewMail[];
  /** Finds the user, who may be made by the statements. */
  user: SQL;
}

/**
 * Changes a user in one transaction, and reads in it what became of them: once it is in, nothing can fail that
 * would keep the answer from the caller.
 *
 * @param conflicts as for `commit`.
 * @throws AppError where a rule of the database refuses, 404 where there is no such user.
 */
export async function commitUser(
  { env, db, origin }: WriteContext,
  { statements, mails, user }: UserCommit,
  conflicts: Record<string, () => AppError> = {},
): Promise<UserRow> {
  const written = mails.map((mail) => writeMail(db, mail, origin.now));
  const batch = [...statements, ...written, selectUsers(db).where(user)];
  const results: unknown[] = await commit(db, batch as [Statement, ...Statement[]], conflicts);
  const [row] = results.at(-1) as UserRow[];
  if (!row) throw notFound();
  const ids = results.slice(statements.length, -1) as { id: number }[][];
  await deliver(
    env,
    ids.flat().map(({ id }) => id),
  );
  return row;
}
