import { locale } from "../../i18n/locale.ts";
import { noAnswer, passes, problemOf } from "../problem.ts";
import { connection } from "./connection.ts";
import { MOST_TRIES, waitBeforeRetry } from "./waiting.ts";

/** Reads what this browser wrote: sent with each request that follows. */
let bookmark = "";

/**
 * Sends a request until an answer says more than that there is trouble. Where an answer says
 * that nobody is signed in, the connection finds somebody, or nobody.
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
    if (problem.status === 401 && attempt < MOST_TRIES && (await connection().renew())) continue;
    if (attempt >= MOST_TRIES || !passes(problem) || !isRepeatable) throw problem;
    await waitBeforeRetry(attempt, answer?.headers.get("Retry-After") ?? null, signal);
  }
}

async function commonHeaders(): Promise<Record<string, string>> {
  return {
    Authorization: `Bearer ${await connection().token()}`,
    "Accept-Language": locale.value,
    ...(bookmark && { "X-D1-Bookmark": bookmark }),
  };
}
