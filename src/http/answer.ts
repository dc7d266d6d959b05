import type { AnswerHeaders } from "./answer-headers.ts";
import { entityTag, matchesETag } from "./entity-tag.ts";
import type { RouteAnswer } from "./route-spec.ts";

/**
 * Makes the answer of a route.
 *
 * @param result what its handler has returned: the body, or the answer itself.
 * @param headers that the handler has set; others are added.
 * @param ifNoneMatch the header of the request.
 */
export function answerOf(
  response: RouteAnswer,
  result: unknown,
  { set: headers, added }: AnswerHeaders,
  ifNoneMatch: string | undefined,
): Response {
  if (result instanceof Response) return result;
  const answer = answerWith(response, result, headers, ifNoneMatch);
  for (const [name, value] of added) answer.headers.append(name, value);
  return answer;
}

function answerWith(
  response: RouteAnswer,
  result: unknown,
  headers: Record<string, string>,
  ifNoneMatch: string | undefined,
): Response {
  const { status } = response;
  if (status === 204) return new Response(null, { status, headers });
  const body = JSON.stringify(result);
  if (response.etag) {
    const tag = entityTag(body);
    headers.ETag = tag;
    if (matchesETag(ifNoneMatch, tag)) return new Response(null, { status: 304, headers });
  }
  headers["Content-Type"] = "application/json";
  return new Response(body, { status, headers });
}
