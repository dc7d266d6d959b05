import { env } from "cloudflare:test";
import type { ApiDocument } from "./api-document.ts";
import type { answerChecker } from "./check-answer.ts";

/** What one runtime has checked since it was last asked. */
export interface CheckedAnswers {
  answers: number;
  /** Method and path of each operation, with the statuses that it gave. */
  operations: string[];
}

type Check = ReturnType<typeof answerChecker>;

let check: Promise<Check> | undefined;
let answers = 0;
const operations = new Set<string>();

/** The check against the document that the last `npm run build` wrote: the one that is served. */
async function loadCheck(): Promise<Check> {
  const [checker, answer] = await Promise.all([
    import("./check-answer.ts"),
    env.ASSETS.fetch("https://assets.test/openapi.json"),
  ]);
  return checker.answerChecker(await answer.json<ApiDocument>());
}

/**
 * Checks an answer of the API against the OpenAPI document.
 *
 * @returns the same answer; one of JSON has been read, and can be read once more.
 * @throws where it differs from what the document says of it.
 */
export async function checked(request: Request, answer: Response): Promise<Response> {
  check ??= loadCheck();
  const checkAnswer = await check;
  const { status, headers } = answer;
  const isJson = /^application\/(problem\+)?json\b/.test(headers.get("Content-Type") ?? "");
  const body = isJson && request.method !== "HEAD" ? await answer.text() : null;
  const { pathname } = new URL(request.url);
  const { operation, differences } = checkAnswer({
    method: request.method,
    path: pathname,
    status,
    headers,
    body,
  });
  answers += 1;
  if (operation) operations.add(`${operation} ${status}`);
  if (differences.length > 0) {
    const what = differences.join("\n  ");
    throw new Error(
      `${operation ?? pathname} ${status} is not what the OpenAPI document of the last build says:\n  ${what}`,
    );
  }
  return body === null ? answer : new Response(body, { status, headers });
}

/** What was checked since this was last called. */
export function drainChecked(): CheckedAnswers {
  const drained = { answers, operations: [...operations] };
  answers = 0;
  operations.clear();
  return drained;
}
