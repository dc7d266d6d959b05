import { entityTag, matchesETag } from "../answer/entity-tag.ts";
import type { AppContext, Served } from "../request/context.ts";
import type { RouteAnswer, RouteSpec } from "../route-spec.ts";

/**
 * Makes the answer of a route.
 *
 * @param served has the headers that its handler has set; others are added.
 * @param result what its handler has returned: the body, or the answer itself.
 */
export function respond(
  c: AppContext,
  { response }: RouteSpec,
  { headers: { set: headers, added } }: Served,
  result: unknown,
): Response {
  if (result instanceof Response) return result;
  const answer = answerWith(response, result, headers, c.req.header("If-None-Match"));
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
