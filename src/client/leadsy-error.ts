import type { components } from "./schema.ts";

type Problem = components["schemas"]["Problem"];

/** An answer that says that something went wrong: `code` for programs, `message` for people, `errors` by field. */
export class LeadsyError extends Error {
  override readonly name = "LeadsyError";
  readonly status: number;
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
