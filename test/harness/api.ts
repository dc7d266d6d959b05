import { SELF } from "cloudflare:test";

export const ORIGIN = "https://api.test";

interface Call {
  token?: string;
  method?: string;
  headers?: Record<string, string>;
  body?: BodyInit;
  json?: unknown;
}

/** Calls the Worker. @param path below `/api/v1`. */
export function call(
  path: string,
  { token, method = "GET", headers = {}, body, json }: Call = {},
): Promise<Response> {
  return SELF.fetch(`${ORIGIN}/api/v1${path}`, {
    method,
    redirect: "manual",
    headers: {
      ...(token && { Authorization: `Bearer ${token}` }),
      ...(json !== undefined && { "Content-Type": "application/json" }),
      ...headers,
    },
    ...(json !== undefined ? { body: JSON.stringify(json) } : body !== undefined ? { body } : {}),
  });
}

/** The body of an answer, after checking its status. */
// biome-ignore lint/suspicious/noExplicitAny: a test asserts on what is there.
export async function bodyOf(response: Response | Promise<Response>, status = 200): Promise<any> {
  const answer = await response;
  const text = await answer.text();
  if (answer.status !== status) throw new Error(`expected ${status}, got ${answer.status}: ${text}`);
  return text === "" ? null : JSON.parse(text);
}
