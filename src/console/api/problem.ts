interface ProblemBody {
  title: string;
  detail?: string;
  code: string;
  errors?: { pointer: string; code: string; detail: string }[];
}

/** An answer that is an error, or none at all: then its status is 0 and its code `network`. */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  /** What is wrong with single fields. */
  readonly errors: { pointer: string; code: string; detail: string }[];

  constructor(status: number, { title, detail, code, errors = [] }: ProblemBody) {
    super(detail || title);
    this.status = status;
    this.code = code;
    this.errors = errors;
  }
}

/** What an answer says that is an error; of one that is not ours (a proxy's), its status alone. */
export function problemOf(status: number, body: string): Problem {
  try {
    const problem = JSON.parse(body) as ProblemBody;
    if (typeof problem.code === "string") return new Problem(status, problem);
  } catch {
    // Falls through: not JSON.
  }
  return new Problem(status, { title: `HTTP ${status}`, code: status >= 500 ? "unavailable" : "unknown" });
}

/** That no answer came. */
export function noAnswer(): Problem {
  return new Problem(0, { title: "No answer", code: "network" });
}

/** Whether the same request may well succeed a little later. */
export function passes({ status, code }: Problem): boolean {
  return [0, 429, 502, 503, 504].includes(status) || code === "request_in_flight";
}
