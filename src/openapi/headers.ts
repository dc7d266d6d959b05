import type { oas31 } from "zod-openapi";
import type { RouteSpec } from "../http/route-spec.ts";

type SchemaObject = oas31.SchemaObject;

const ETAG: SchemaObject = {
  type: "string",
  maxLength: 64,
  pattern: '^"[\\w-]+"$',
  examples: ['"2jmj7l5rSw0yVb_vlWAYkK_YBwk"'],
};
const BOOKMARK: SchemaObject = {
  type: "string",
  maxLength: 4096,
  pattern: "^\\w+=[0-9a-f-]+(,\\w+=[0-9a-f-]+)*$",
};
const REQUEST_ID: SchemaObject = { type: "string", maxLength: 255, pattern: "^[\\w=-]+$" };

/** The headers of answers. */
export const HEADERS = {
  "X-Request-Id": {
    description: "The request's own id where it sent one, else a new one; the log knows it.",
    required: true,
    schema: { ...REQUEST_ID, examples: ["6f1c7c0e-2f8a-4f0b-9a53-0d3c2b1e9f77"] },
  },
  "Access-Control-Allow-Origin": {
    description:
      "The page's origin where the installation allows it, or `null` for a page without one that came with a link for " +
      "imports; absent else, and outside of browsers.",
    schema: { type: "string", maxLength: 255 },
  },
  "X-D1-Bookmark": {
    description:
      "The state of the databases after this request, for those who are signed in: send it back to read at least that.",
    schema: {
      ...BOOKMARK,
      examples: ["directory=00000085-0000024c-00004c6d-8e61117bf38d7adb71b934ebbf891683"],
    },
  },
  ETag: {
    description:
      "Send it back in `If-None-Match` and the answer is 304 while nothing has changed; in `If-Match`, where a change takes it, and it happens only then.",
    schema: ETAG,
  },
  Link: {
    description: "The first, previous, next and last page (RFC 8288).",
    schema: {
      type: "string",
      maxLength: 65_536,
      examples: ['</api/v1/import?page=1>; rel="first", </api/v1/import?page=2>; rel="next"'],
    },
  },
  Location: {
    description: "Where to find what was created.",
    schema: {
      type: "string",
      maxLength: 255,
      format: "uri-reference",
      examples: ["/api/v1/import/imp_00k3v9x2m7q1z8c5b4n6d0w2r1"],
    },
  },
  "Idempotent-Replayed": {
    description: "That this is the answer to the first request with its `Idempotency-Key`.",
    schema: { type: "string", const: "true" },
  },
  "Content-Disposition": {
    description: "The name of the file (RFC 6266).",
    schema: { type: "string", maxLength: 8192, examples: ['attachment; filename="spring-fair.csv"'] },
  },
  "Retry-After": {
    description: "After how many seconds to try again.",
    schema: { type: "integer", format: "int32", minimum: 1, maximum: 3600 },
  },
  RateLimit: {
    description:
      "How many requests are left of the limit, and in how many seconds it begins again. It is an estimate of the " +
      "server that answers: others count too, and the limit's window may begin at another time.",
    schema: { type: "string", maxLength: 64, examples: ['"user";r=2999;t=60'] },
  },
  "RateLimit-Policy": {
    description:
      "The limit that the request was counted by: so many requests (`q`) in so many seconds (`w`).",
    schema: { type: "string", maxLength: 64, examples: ['"user";q=3000;w=60'] },
  },
  Deprecation: {
    description: "Since when the operation is deprecated, in seconds since 1970 (RFC 9745).",
    schema: { type: "string", maxLength: 16, pattern: "^@\\d+$", examples: ["@1771286400"] },
  },
  Sunset: {
    description: "When the operation may be gone (RFC 8594).",
    schema: { type: "string", maxLength: 32, examples: ["Tue, 17 Aug 2027 00:00:00 GMT"] },
  },
  "Accept-Encoding": {
    description: "How a body may be packed, where it came packed otherwise (RFC 9110, 12.5.3): not at all.",
    schema: { type: "string", const: "identity" },
  },
  "WWW-Authenticate": {
    description: "How to sign in, or which scope an API key lacks (RFC 6750).",
    schema: { type: "string", maxLength: 255, examples: ['Bearer realm="leadsy"'] },
  },
} satisfies Record<string, oas31.HeaderObject>;

export type HeaderName = keyof typeof HEADERS;

/**
 * The headers that a request may send, by the name of their component: without examples, which the reference's form
 * would send.
 */
export const PARAMETERS = {
  RequestId: {
    in: "header",
    name: "X-Request-Id",
    description: "Your own id for this request.",
    schema: REQUEST_ID,
  },
  Bookmark: {
    in: "header",
    name: "X-D1-Bookmark",
    description: "The bookmark of an earlier answer: this one shows at least the state that that one saw.",
    schema: BOOKMARK,
  },
  IfNoneMatch: {
    in: "header",
    name: "If-None-Match",
    description: "The `ETag` of an earlier answer.",
    schema: { type: "string", maxLength: 1024 },
  },
  IfMatch: {
    in: "header",
    name: "If-Match",
    description: "The `ETag` of what is to be changed: the answer is 412 where it is another by now.",
    schema: { type: "string", maxLength: 1024 },
  },
  LastEventId: {
    in: "header",
    name: "Last-Event-ID",
    description: "The `id` of the last event that was seen: the stream goes on after it.",
    schema: { type: "string", maxLength: 16 },
  },
  IdempotencyKey: {
    in: "header",
    name: "Idempotency-Key",
    description:
      "Makes it safe to send this again: for 24 hours the first answer is given once more, and nothing new is made.",
    schema: {
      type: "string",
      minLength: 1,
      maxLength: 255,
      pattern: "^[\\x21-\\x7e]+$",
    },
  },
} satisfies Record<string, oas31.ParameterObject>;

/** References to headers of an answer: those of every one, and its own. */
export function answerHeaders(own: Iterable<string>): Record<string, { $ref: string }> {
  const names = new Set([
    ...["X-Request-Id", "Access-Control-Allow-Origin", "RateLimit", "RateLimit-Policy", "X-D1-Bookmark"],
    ...own,
  ]);
  return Object.fromEntries([...names].map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}

/** References to headers of a request. */
export function requestHeaders(names: (keyof typeof PARAMETERS)[]): { $ref: string }[] {
  return names.map((name) => ({ $ref: `#/components/parameters/${name}` }));
}

/** The headers that some answer refers to: those of what will end only where something does. */
export function headersOf(specs: readonly RouteSpec[]): Record<string, oas31.HeaderObject> {
  const { Deprecation, Sunset, ...others } = HEADERS;
  const ending = specs.flatMap(({ deprecated }) => deprecated ?? []);
  return {
    ...others,
    ...(ending.length > 0 && { Deprecation }),
    ...(ending.some(({ sunset }) => sunset) && { Sunset }),
  };
}
