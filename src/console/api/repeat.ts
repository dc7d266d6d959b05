import { locale } from "../i18n/locale.ts";
import { noAnswer, passes, problemOf } from "./problem.ts";
import { accessToken, renew, signedIn } from "./session.ts";
import { MOST_TRIES, untilSignedIn, waitBeforeRetry } from "./waiting.ts";

/** Reads what this browser wrote: sent with each request that follows. */
let bookmark = "";

/**
 * Sends a request until an answer says more than that there is trouble. Where the session has ended, it waits until the
 * person is signed in again.
 *
 * @param send sends it once, with the headers that every request has; rejects where no answer comes.
 * @param isRepeatable whether it may be sent again after trouble.
 * @returns an answer that is no error.
 * @throws Problem; where the signal ended it, its reason.
 */
export async function repeat(
  send: (headers: Record<string, string>) => Promise<Response>,
  isRepeatable: boolean,
  signal?: AbortSignal,
): Promise<Response> {
  for (let attempt = 1; ; attempt++) {
    const answer = await commonHeaders()
      .then(send)
      .catch((error) => {
        if (signal?.aborted) throw error;
        return null;
      });
    if (answer && (answer.ok || answer.status === 304)) {
      bookmark = answer.headers.get("X-D1-Bookmark") ?? bookmark;
      return answer;
    }
    const problem = answer ? problemOf(answer.status, await answer.text()) : noAnswer();
    if (problem.status === 401 && attempt < MOST_TRIES && (await signedInAgain())) continue;
    if (attempt >= MOST_TRIES || !passes(problem) || !isRepeatable) throw problem;
    await waitBeforeRetry(attempt, answer?.headers.get("Retry-After") ?? null, signal);
  }
}

async function commonHeaders(): Promise<Record<string, string>> {
  return {
    Authorization: `Bearer ${await accessToken()}`,
    "Accept-Language": locale.value,
    ...(bookmark && { "X-D1-Bookmark": bookmark }),
  };
}

/** Whether there is somebody to go on as, after an answer of 401: waits for the person where the session has ended. */
async function signedInAgain(): Promise<boolean> {
  if (signedIn.value === "out") return false;
  if (signedIn.value === "in" && (await renew().catch(() => false))) return true;
  await untilSignedIn();
  return true;
}
