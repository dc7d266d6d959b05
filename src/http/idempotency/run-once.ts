import { AppError, notFound, tryAgainAfter } from "../../errors.ts";
import { describeError, log } from "../../log.ts";
import { type Creation, keyedCreation } from "./creation.ts";
import { markPlace, type Place, unmarkPlace } from "./key-places.ts";
import type { KeyedRequest } from "./keyed-request.ts";
import {
  claimKey,
  ERASED_STATUS,
  endLease,
  type KeptAnswer,
  type KeyedRow,
  keepAnswer,
  releaseKey,
} from "./requests.ts";

/** How a request is answered: the first time, and after a try that broke off. */
export interface Steps {
  /** Creates it and answers; the creation goes into the batch that creates. */
  create(creation: Creation): Promise<KeptAnswer>;
  /** Builds the answer for what an earlier try created without answering. */
  recover(objectId: number): Promise<KeptAnswer>;
  /** Whether no answer is kept, since the first has a secret: each repetition is answered by what was created. */
  shownOnce?: boolean;
}

interface Lease {
  place: Place;
  request: KeyedRequest;
  leaseId: string;
}

/**
 * Creates something once for a key, wherever a try breaks off: a repetition gets the first answer, or one built from
 * what the first try created.
 *
 * That nothing is created twice rests on the transaction that creates, which writes down what it created and fails
 * for all but one. The lease only keeps a repetition from working beside the first try: it is ended as soon as a
 * try fails, and after 60 s by itself.
 *
 * @param place where it is created: the key is refused in every other place.
 * @param now milliseconds since 1970.
 * @throws 409 while another try is at work, 422 where the key came with another request.
 */
export async function runOnce(
  place: Place,
  request: KeyedRequest,
  steps: Steps,
  now: number,
): Promise<KeptAnswer & { replayed: boolean }> {
  const lease = { place, request, leaseId: crypto.randomUUID() };
  let claimed: { row: KeyedRow; isHere: boolean };
  try {
    claimed = await claim(lease, now);
  } catch (error) {
    // Nothing was begun; but the lease may be ours.
    return answerAfter(error, true, lease, steps);
  }
  const { row, isHere } = claimed;
  if (row.leaseId !== lease.leaseId || row.objectId !== null) return answerAgain(lease, row, steps);
  if (!isHere) return answerAfter(keyReused(), true, lease, steps);
  const creation = keyedCreation(request.keyHash, lease.leaseId);
  let answer: KeptAnswer;
  try {
    answer = await steps.create(creation);
    if (!creation.recorded) throw new Error(`${request.operation} does not record what it creates`);
  } catch (error) {
    return answerAfter(error, error instanceof AppError, lease, steps);
  }
  if (steps.shownOnce) await letGo(lease);
  else await keep(lease, answer);
  return { ...answer, replayed: false };
}

/** Claims a key, in its place and, at the same time, in the directory: nothing of it is on its way any more when this fails. */
async function claim(
  { place, request, leaseId }: Lease,
  now: number,
): Promise<{ row: KeyedRow; isHere: boolean }> {
  const [row, isHere] = await Promise.allSettled([
    claimKey(place.client, request, leaseId, now),
    markPlace(place, request, leaseId, now),
  ]);
  if (row.status === "rejected") throw row.reason;
  if (isHere.status === "rejected") throw isHere.reason;
  return { row: row.value, isHere: isHere.value };
}

function keyReused(): AppError {
  return new AppError("idempotency_key_reused", "Send another request with another Idempotency-Key.");
}

/**
 * The answer to a try that failed: where it, or another one, did create something, that is the answer.
 *
 * @param refused whether it is certain that this try creates nothing any more.
 */
async function answerAfter(error: unknown, refused: boolean, lease: Lease, steps: Steps) {
  const { place, request, leaseId } = lease;
  let state: Awaited<ReturnType<typeof releaseKey>>;
  try {
    state = await releaseKey(place.client, request.keyHash, leaseId, refused);
    if (state.released) await unmarkPlace(place, request, leaseId, refused);
  } catch {
    // The lease ends by itself.
    throw error;
  }
  const { released, row } = state;
  // A free key was released by a try that was refused.
  if (released || !row || row.fingerprint === "") throw error;
  return answerAgain(lease, row, steps);
}

/** The answer to a repetition. */
async function answerAgain(lease: Lease, row: KeyedRow, { recover, shownOnce }: Steps) {
  if (row.status === ERASED_STATUS) throw notFound();
  if (row.fingerprint !== lease.request.fingerprint) {
    throw keyReused();
  }
  if (row.status !== null && row.body !== null) {
    return { status: row.status, body: row.body, headers: row.headers ?? {}, replayed: true };
  }
  // One that ended without an answer that is kept has let go of its lease.
  const isOurs = row.leaseId === lease.leaseId || row.leasedUntil === 0;
  if (!isOurs || row.objectId === null) {
    const detail =
      "The first request with this key is still running. Send it again in a moment to get its answer.";
    throw tryAgainAfter("request_in_flight", detail, 1);
  }
  let answer: KeptAnswer;
  try {
    answer = await recover(row.objectId);
  } catch (error) {
    // Where it is gone, or cannot be read now, the next repetition learns that too, and not that somebody is at work.
    await letGo(lease);
    throw error;
  }
  if (shownOnce) await letGo(lease);
  else await keep(lease, answer);
  return { ...answer, replayed: true };
}

/** The request has succeeded even where its answer cannot be stored: that must not become the caller's error. */
async function keep(lease: Lease, answer: KeptAnswer): Promise<void> {
  const { place, request, leaseId } = lease;
  try {
    await keepAnswer(place.client, request.keyHash, leaseId, answer);
  } catch (error) {
    log("error", "idempotency.answer_not_kept", { operation: request.operation, ...describeError(error) });
    await letGo(lease);
  }
}

/** Ends a lease without an answer. Where that fails twice, it ends by itself. */
async function letGo({ place, request, leaseId }: Lease): Promise<void> {
  const end = () => endLease(place.client, request.keyHash, leaseId);
  await end()
    .catch(end)
    .catch(() => {});
}
