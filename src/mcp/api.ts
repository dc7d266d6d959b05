/** Asks the API itself, in the same process. */
export type Fetch = (request: Request) => Response | Promise<Response>;

/** What a request to a route is made of. */
export interface Asked {
  method?: "GET" | "POST" | "PUT" | "DELETE";
  /** By name; those that are `undefined` are left out. */
  query?: Record<string, string | number | undefined>;
  json?: unknown;
  /** A file, as the raw body. */
  file?: string;
}

/** A refusal of the API: what its problem says, in words for a person. */
export class Refused extends Error {
  readonly status: number;
  readonly headers: Headers;

  constructor(message: string, status: number, headers: Headers) {
    super(message);
    this.status = status;
    this.headers = headers;
  }
}

/** The API as the caller of a tool may use it. */
export interface Api {
  /** @param path below `/api/v1`. @throws {Refused} what the API answers other than with success. */
  // biome-ignore lint/suspicious/noExplicitAny: what a route answers is said by its own schema.
  ask(path: string, asked?: Asked): Promise<any>;
}

/** Headers of a request that its inner ones take over: who calls, from where, in which language. */
const TAKEN_OVER = ["Authorization", "CF-Connecting-IP", "Accept-Language"];

/** The API in the name of the sender of a request. */
export function apiOf(outer: Request, fetch: Fetch): Api {
  const { origin } = new URL(outer.url);
  const own = TAKEN_OVER.flatMap((name) => {
    const value = outer.headers.get(name);
    return value === null ? [] : [[name, value] as [string, string]];
  });
  return {
    async ask(path, { method = "GET", query = {}, json, file } = {}) {
      const url = new URL(`${origin}/api/v1${path}`);
      for (const [name, value] of Object.entries(query)) {
        if (value !== undefined) url.searchParams.set(name, String(value));
      }
      const headers = new Headers(own);
      if (json !== undefined) headers.set("Content-Type", "application/json");
      if (file !== undefined) headers.set("Content-Type", "text/csv");
      const body = json !== undefined ? JSON.stringify(json) : file;
      const answer = await fetch(new Request(url, { method, headers, ...(body !== undefined && { body }) }));
      const text = await answer.text();
      if (!answer.ok) throw new Refused(plainWords(text, answer), answer.status, answer.headers);
      return text === "" ? {} : JSON.parse(text);
    },
  };
}

interface Problem {
  title?: string;
  detail?: string;
  code?: string;
}

/** What a problem says, and when to try again. */
function plainWords(text: string, { status, headers }: Response): string {
  let problem: Problem = {};
  try {
    problem = JSON.parse(text) as Problem;
  } catch {
    // A page of something else says nothing that a program could use.
  }
  const { title = `The API answered ${status}`, detail = "", code } = problem;
  const again = headers.get("Retry-After");
  return `${title}. ${detail}${code ? ` (${code})` : ""}${again ? ` Try again in ${again} seconds.` : ""}`;
}
