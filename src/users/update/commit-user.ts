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
  context: WriteContext,
  change: UserCommit,
  conflicts: Record<string, () => AppError> = {},
): Promise<UserRow> {
  return (await commitUserAndRead(context, { ...change, reads: [] }, conflicts)).row;
}

/** The same, and reads in that transaction what else the answer tells. @returns the results of `reads`, too. */
export async function commitUserAndRead(
  { env, db, origin, waitUntil }: WriteContext,
  { statements, mails, user, reads }: UserCommit & { reads: Statement[] },
  conflicts: Record<string, () => AppError> = {},
): Promise<{ row: UserRow; read: unknown[] }> {
  const written = mails.map((mail) => writeMail(db, mail, origin.now));
  const batch = [...statements, ...written, selectUsers(db).where(user), ...reads];
  const results: unknown[] = await commit(db, batch as [Statement, ...Statement[]], conflicts);
  const userAt = statements.length + written.length;
  const [row] = results[userAt] as UserRow[];
  if (!row) throw notFound();
  const ids = results.slice(statements.length, userAt) as { id: number }[][];
  // Nobody waits for the queue: what it does not take is handed over by the sweep.
  waitUntil(
    deliver(
      env,
      ids.flat().map(({ id }) => id),
    ),
  );
  return { row, read: results.slice(userAt + 1) };
}
