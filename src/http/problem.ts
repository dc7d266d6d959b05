import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import { describeError, log } from "../log.ts";
import { AppError, ERRORS } from "./errors.ts";

/**
 * Turns whatever was thrown into `application/problem+json` (RFC 9457).
 *
 * What is not an {@link AppError} is a fault of ours: the cause goes to the log, never to the client.
 */
export function problem(thrown: Error, c: Context): Response {
  const error = toAppError(thrown);
  const requestId: string = c.get("requestId");
  const [status, title] = ERRORS[error.code];
  if (status >= 500) log("error", "request.failed", { request_id: requestId, ...describeError(thrown) });
  return c.body(
    JSON.stringify({
      type: `urn:leadsy:problem:${error.code}`,
      title,
      status,
      detail: error.message,
      instance: new URL(c.req.url).pathname,
      code: error.code,
      request_id: requestId,
      ...(error.errors.length > 0 && { errors: error.errors }),
    }),
    status,
    { "Content-Type": "application/problem+json", "Cache-Control": "no-store", ...error.headers },
  );
}

function toAppError(thrown: Error): AppError {
  if (thrown instanceof AppError) return thrown;
  if (thrown instanceof HTTPException && thrown.status < 500) {
    // Hono's validator throws these for bodies that are not JSON.
    return new AppError("malformed_request", "The body is not the JSON that its Content-Type says.");
  }
  return new AppError("internal_error", "The request id finds the cause in our log.");
}
