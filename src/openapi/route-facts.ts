import type { Declaration } from "../http/policies/policy.ts";
import type { RouteSpec } from "../http/route-spec.ts";

/** The media type of server-sent events. */
export const EVENTS = "text/event-stream";

/** Whether a route is called without signing in. */
export function isOpen(access: Declaration): boolean {
  return access.kind === "public" || access.kind === "signed_link";
}

/** Whether a route reads a body, of whatever kind. */
export function hasRequestBody({ request, upload }: RouteSpec): boolean {
  return request?.body !== undefined || upload !== undefined;
}

/** Whether an answer carries an ETag, and 304 is one too. */
export function hasETag({ response }: RouteSpec): boolean {
  return "etag" in response && response.etag === true;
}
