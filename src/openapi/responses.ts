import type { ZodOpenApiResponseObject, ZodOpenApiResponsesObject } from "zod-openapi";
import { acceptsKey, type RouteSpec } from "../http/route-spec.ts";
import { answerHeaders } from "./headers.ts";
import { problemNames } from "./problems.ts";
import { EVENTS, hasETag } from "./route-facts.ts";

/** Every answer of a route: its success, 204 where there may be nothing to answer, 304 where it has an ETag, and its errors. */
export function responsesOf(spec: RouteSpec): ZodOpenApiResponsesObject {
  const errors = problemNames(spec).map(([status, name]) => [
    status,
    { $ref: `#/components/responses/${name}` },
  ]);
  return {
    [`${spec.response.status}`]: success(spec),
    ...("none" in spec.response && {
      "204": { description: spec.response.none, headers: answerHeaders([]) },
    }),
    ...(hasETag(spec) && { "304": NOT_MODIFIED }),
    ...Object.fromEntries(errors),
  };
}

const NOT_MODIFIED: ZodOpenApiResponseObject = {
  description: "Nothing has changed since the answer whose `ETag` was sent.",
  headers: answerHeaders(["ETag"]),
};

function success(spec: RouteSpec): ZodOpenApiResponseObject {
  const { response } = spec;
  const headers = answerHeaders([
    ...(hasETag(spec) ? ["ETag"] : []),
    ...("headers" in response ? response.headers : []),
    ...(acceptsKey(spec) ? ["Idempotent-Replayed"] : []),
    ...("file" in response && response.file !== EVENTS ? ["Content-Disposition"] : []),
    ...(spec.deprecated ? ["Deprecation"] : []),
    ...(spec.deprecated?.sunset ? ["Sunset"] : []),
  ]);
  const { description } = response;
  if (response.status === 204) return { description, headers };
  const { example } = response;
  const content =
    "file" in response
      ? Object.fromEntries([response.file].flat().map((type) => [type, example ? { example } : {}]))
      : { "application/json": { schema: response.schema, example } };
  return { description, headers, content };
}
