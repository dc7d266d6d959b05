import type { Context } from "hono";
import * as z from "zod";
import { isUnavailable } from "../../db/errors.ts";
import { AppError, ERRORS, type ErrorCode } from "../../errors.ts";
import { describeError, log } from "../../log.ts";
import { Id } from "../validation/fields.ts";

/** The body of every error (RFC 9457). */
export const Problem = z.strictObject({
  type: z.string().max(100).meta({ pattern: "^/docs/problems/[a-z_]+$", description: "The page about it." }),
  title: z.string().max(100).meta({ description: "The same from case to case." }),
  status: z.int().min(400).max(599),
  detail: z.string().meta({ description: "This case, for a person, and what to do." }),
  instance: z.string().max(16_384).meta({ format: "uri-reference", description: "The path of the request." }),
  code: z
    .enum(Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]])
    .meta({ description: "For a program: it never changes." }),
  request_id: z
    .string()
    .max(255)
    .meta({ pattern: "^[\\w=-]+$", description: "As in `X-Request-Id`: it finds the case in the log." }),
  lead_id: Id.optional().meta({
    description: "Of `lead_exists`: the lead that is in the way, where the caller sees it.",
  }),
  errors: z
    .array(
      z.strictObject({
        pointer: z.string().meta({ format: "json-pointer", description: "To the field (RFC 6901)." }),
        parameter: z
          .string()
          .optional()
          .meta({ description: "The name, where it is a parameter of the query or the path, or a header." }),
        code: z.string().max(100).meta({ pattern: "^[a-z_]+$" }),
        detail: z.string(),
      }),
    )
    .max(100)
    .optional()
    .meta({ description: "Each thing that is wrong with the request." }),
});

export type ProblemBody = z.input<typeof Problem>;

/** The `type` of a problem: the address of a page about it, at the origin that was asked. */
export function problemType(code: ErrorCode): string {
  return `/docs/problems/${code}`;
}

/**
 * Converts any thrown error into `application/problem+json` (RFC 9457).
 *
 * Any error other than {@link AppError} is our fault: its cause goes to the log, never to the client.
 */
export function problem(thrown: Error, c: Context): Response {
  const error = toAppError(thrown);
  const requestId: string = c.get("requestId");
  const [status, title] = ERRORS[error.code];
  if (status >= 500) log("error", "request.failed", describeError(thrown));
  c.set("problem", error.code);
  const body: ProblemBody = {
    type: problemType(error.code),
    title,
    status,
    detail: error.message,
    instance: asReference(new URL(c.req.url).pathname),
    code: error.code,
    request_id: requestId,
    ...error.members,
    ...(error.errors.length > 0 && { errors: error.errors }),
  };
  return c.body(JSON.stringify(body), status, {
    "Content-Type": "application/problem+json",
    "Cache-Control": "no-store",
    ...error.headers,
  });
}

const RETRY_AFTER_SECONDS = 5;

function toAppError(thrown: Error): AppError {
  if (thrown instanceof AppError) return thrown;
  if (isUnavailable(thrown)) {
    return new AppError(
      "unavailable",
      "A database or the file storage does not answer. Try again in a moment.",
      {
        headers: { "Retry-After": String(RETRY_AFTER_SECONDS) },
      },
    );
  }
  return new AppError("internal_error", "The request id finds the cause in our log.");
}

/** What a path may not have of a URI, though URL parsers leave it as it is: `|`, `[`, a `%` of no code (RFC 3986, 3.3). */
const NOT_IN_A_PATH = /[^\w\-.~!$&'()*+,;=:@/%]|%(?![0-9A-Fa-f]{2})/g;

function asReference(path: string): string {
  return path.replace(NOT_IN_A_PATH, encodeURIComponent);
}
