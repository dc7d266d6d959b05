import type { components } from "./schema.ts";

type Problem = components["schemas"]["Problem"];

/** An answer that says that something went wrong: `code` for programs, `message` for people, `errors` by field. */
export class LeadsyError extends Error {
  override readonly name = "LeadsyError";
  readonly status: number;
  /** `no_answer` where none came, with the status 0, or one that is not the API's. */
  readonly code: Problem["code"] | "no_answer";
  readonly errors: NonNullable<Problem["errors"]>;
  /** Finds the case in the log of who runs the API. */
  readonly requestId: string | null;

  constructor(status: number, problem: Partial<Problem>, options?: ErrorOptions) {
    super(problem.detail ?? problem.title ?? `The API answered ${status}.`, options);
    this.status = status;
    this.code = problem.code ?? "no_answer";
    this.errors = problem.errors ?? [];
    this.requestId = problem.request_id ?? null;
  }
}

/** The error that an answer tells of. @param body of the answer, read as JSON where it is JSON. */
export function errorOf(response: Response, body: unknown): LeadsyError {
  const isProblem = typeof body === "object" && body !== null && "code" in body;
  return new LeadsyError(response.status, isProblem ? (body as Partial<Problem>) : {});
}

/** The error of a request that got no answer. @param cause what `fetch` has thrown. */
export function noAnswer(url: string, cause: unknown): LeadsyError {
  const why = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
  const reason = why instanceof Error && why.message ? `: ${why.message}` : "";
  const detail = `No answer from ${url}${reason}. Check the address, and that it can be reached from here.`;
  return new LeadsyError(0, { detail }, { cause });
}

/** The error of an answer that something else gave than the API, such as a page of a proxy. */
export function notTheApi({ status, headers }: Response, url: string): LeadsyError {
  const type = headers.get("Content-Type") ?? "no type";
  return new LeadsyError(status, {
    detail: `${url} answered ${status} with ${type}, not as the API does. Check the address.`,
  });
}
