import { and, eq, lt } from "drizzle-orm";
import type { DirectoryDb } from "../db/clients.ts";
import { idempotencyKeys } from "../db/directory/schema.ts";
import type { ScheduledRun } from "../jobs/scheduled-run.ts";
import { AppError, fieldError } from "./errors.ts";

/** An answer that can be given again. */
export interface ReplayableAnswer {
  status: number;
  body: string;
  location: string | null;
}

const KEPT_MS = 24 * 60 * 60 * 1000;
const KEY = /^[\x21-\x7e]{1,255}$/;

/**
 * Runs a request that creates something once for each `Idempotency-Key`: a repetition gets the first answer.
 *
 * @param key the header, or `undefined`: then it just runs.
 * @param fingerprint what the request asks for; the same key with another one is refused.
 * @param now milliseconds since 1970.
 * @throws 409 while the first one runs, 422 where the key came with another request, 400 for a key that is none.
 * @see https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
 */
export async function oncePerKey(
  db: DirectoryDb,
  {
    userId,
    key,
    fingerprint,
    now,
  }: { userId: number; key: string | undefined; fingerprint: string; now: number },
  run: () => Promise<ReplayableAnswer>,
): Promise<ReplayableAnswer & { replayed: boolean }> {
  if (key === undefined) return { ...(await run()), replayed: false };
  if (!KEY.test(key)) {
    throw fieldError(
      "invalid_parameter",
      "Idempotency-Key",
      "invalid_key",
      "must be 1 to 255 printable characters",
    );
  }
  const mine = and(eq(idempotencyKeys.userId, userId), eq(idempotencyKeys.key, key));
  const [, claimed] = await db.batch([
    db.delete(idempotencyKeys).where(and(mine, lt(idempotencyKeys.createdAt, now - KEPT_MS))),
    db
      .insert(idempotencyKeys)
      .values({ userId, key, fingerprint, createdAt: now })
      .onConflictDoNothing()
      .returning({ key: idempotencyKeys.key }),
  ]);
  if (claimed.length === 0) return { ...(await firstAnswer(db, mine, fingerprint)), replayed: true };
  const answer = await run().catch(async (error: unknown) => {
    // A refusal created nothing, so the key is free again. After any other trouble nobody knows: the key stays
    // taken, and a repetition cannot create a second one.
    if (error instanceof AppError) await db.delete(idempotencyKeys).where(mine);
    throw error;
  });
  await db.update(idempotencyKeys).set(answer).where(mine);
  return { ...answer, replayed: false };
}

/** Whether a user has sent a key before, with whatever request. @param key the header, if there is one. */
export async function isKnownKey(db: DirectoryDb, userId: number, key: string | undefined): Promise<boolean> {
  if (key === undefined) return false;
  const mine = and(eq(idempotencyKeys.userId, userId), eq(idempotencyKeys.key, key));
  return (
    (await db.select({ key: idempotencyKeys.key }).from(idempotencyKeys).where(mine).get()) !== undefined
  );
}

async function firstAnswer(
  db: DirectoryDb,
  mine: ReturnType<typeof and>,
  fingerprint: string,
): Promise<ReplayableAnswer> {
  const first = await db.select().from(idempotencyKeys).where(mine).get();
  if (first && first.fingerprint !== fingerprint) {
    throw new AppError("idempotency_key_reused", "Send another request with another Idempotency-Key.");
  }
  if (!first || first.status === null || first.body === null) {
    const detail =
      "Wait and ask again; if it broke off, look whether it was created before you use another key.";
    throw new AppError("request_in_flight", detail, { headers: { "Retry-After": "1" } });
  }
  return { status: first.status, body: first.body, location: first.location };
}

/** Takes out the keys whose 24 hours are over. */
export async function forgetIdempotencyKeys({ databases, now }: ScheduledRun): Promise<void> {
  await databases.directory.delete(idempotencyKeys).where(lt(idempotencyKeys.createdAt, now - KEPT_MS));
}
