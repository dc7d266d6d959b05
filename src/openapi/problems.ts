import type { ZodOpenApiResponseObject } from "zod-openapi";
import { ERRORS, type ErrorCode } from "../errors.ts";
import { acceptsKey, type RouteSpec } from "../http/route-spec.ts";
import { scopeOf } from "../http/scope.ts";
import { ERROR_EXAMPLES, type ErrorExample } from "./error-examples.ts";
import { answerHeaders, type HeaderName } from "./headers.ts";
import { hasRequestBody, isOpen } from "./route-facts.ts";

const HEADERS_OF: Partial<Record<ErrorCode, HeaderName[]>> = {
  unauthorized: ["WWW-Authenticate"],
  insufficient_scope: ["WWW-Authenticate"],
  too_many_requests: ["Retry-After"],
  request_in_flight: ["Retry-After"],
  import_running: ["Retry-After"],
  unavailable: ["Retry-After"],
  unsupported_media_type: ["Accept-Encoding"],
};

/** Every error that a route can give, from its access, its request and what it says itself. */
export function errorsOf(spec: RouteSpec): ErrorCode[] {
  const { upload } = spec;
  const access = spec.access.declares;
  const codes = new Set<ErrorCode>([
    "invalid_parameter",
    "too_many_requests",
    "internal_error",
    "unavailable",
  ]);
  if (!isOpen(access)) {
    codes.add("unauthorized");
    codes.add(scopeOf(spec) === null ? "not_for_keys" : "insufficient_scope");
    if (spec.importLinks) codes.add("origin_not_allowed");
    else codes.add("not_for_links");
  }
  if (access.kind === "operator") codes.add("forbidden");
  if (access.kind === "user") {
    codes.add("not_found");
    if (access.may !== "see") codes.add("forbidden");
  }
  if ("role" in access && access.kind !== "companies") {
    codes.add("not_found");
    // Every user who sees a company has at least the lowest access to it.
    if (access.role !== "viewer") codes.add("forbidden");
  }
  if (hasRequestBody(spec))
    for (const code of ["invalid_body", "payload_too_large"] as const) codes.add(code);
  if (spec.request?.body)
    for (const code of ["malformed_request", "unsupported_media_type"] as const) codes.add(code);
  if (spec.form) codes.add("malformed_multipart");
  if (upload)
    for (const code of ["malformed_request", "malformed_multipart", "unsupported_media_type"] as const)
      codes.add(code);
  if (spec.method !== "get") codes.add("precondition_failed");
  if (acceptsKey(spec))
    for (const code of ["request_in_flight", "idempotency_key_reused"] as const) codes.add(code);
  for (const code of spec.errors ?? []) codes.add(code);
  return (Object.keys(ERRORS) as ErrorCode[]).filter((code) => codes.has(code));
}

/** A route's error responses by status, each the name of a component that {@link problemResponses} describes. */
export function problemNames(spec: RouteSpec): [status: number, name: string][] {
  return [...byStatus(spec)].map(([status, codes]) => [status, nameOf(codes)]);
}

/** The error responses of all routes, as components: errors that share a status share a response. */
export function problemResponses(specs: RouteSpec[]): Record<string, ZodOpenApiResponseObject> {
  const groups = specs.flatMap((spec) => [...byStatus(spec).values()]);
  return Object.fromEntries(groups.map((codes) => [nameOf(codes), response(codes)]));
}

/** An example of each error that some route gives, as components. */
export function problemExamples(specs: RouteSpec[]): Record<string, ErrorExample> {
  return Object.fromEntries(specs.flatMap(errorsOf).map((code) => [code, ERROR_EXAMPLES[code]]));
}

function byStatus(spec: RouteSpec): Map<number, ErrorCode[]> {
  return Map.groupBy(errorsOf(spec), (code) => ERRORS[code][0]);
}

function nameOf(codes: ErrorCode[]): string {
  return codes.join("-or-");
}

function response(codes: ErrorCode[]): ZodOpenApiResponseObject {
  return {
    description: codes.map((code) => `\`${code}\`: ${ERRORS[code][1]}.`).join(" "),
    headers: answerHeaders(new Set(codes.flatMap((code) => HEADERS_OF[code] ?? []))),
    content: {
      "application/problem+json": {
        schema: { $ref: "#/components/schemas/Problem" },
        examples: Object.fromEntries(codes.map((code) => [code, { $ref: `#/components/examples/${code}` }])),
      },
    },
  };
}
