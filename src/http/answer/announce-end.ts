import type { MiddlewareHandler } from "hono";
import type { Deprecation } from "../route-spec.ts";

/**
 * Says in each answer of an operation, errors too, since when it is deprecated and when it ends.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9745 (Deprecation) and https://www.rfc-editor.org/rfc/rfc8594 (Sunset)
 */
export function announceEnd({ since, sunset }: Deprecation): MiddlewareHandler {
  const headers = {
    Deprecation: `@${Date.parse(since) / 1000}`,
    ...(sunset && { Sunset: new Date(sunset).toUTCString() }),
  };
  return async (c, next) => {
    await next();
    for (const [name, value] of Object.entries(headers)) c.res.headers.set(name, value);
  };
}
