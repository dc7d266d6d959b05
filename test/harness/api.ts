import { SELF } from "cloudflare:test";
import { expect } from "vitest";
import { BASE_PATH } from "../../src/http/mount.ts";
import { checked } from "./document/checked.ts";
import { PATIENCE_MS } from "./runtime/patience.ts";

export const ORIGIN = "https://api.test";

export interface Call {
  token?: string;
  method?: string;
  headers?: Record<string, string>;
  body?: BodyInit;
  json?: unknown;
}

let addresses = 0;

/** A request to the Worker, from a network of its own. @param path below `/api/v1`. */
export function requestOf(
  path: string,
  { token, method = "GET", headers = {}, body, json }: Call = {},
): Request {
  addresses += 1;
  const text = json === undefined ? undefined : JSON.stringify(json);
  return new Request(ORIGIN + BASE_PATH + path, {
    method,
    redirect: "manual",
    headers: {
      "CF-Connecting-IP": `2001:db8:${(addresses >> 16).toString(16)}:${(addresses & 0xffff).toString(16)}::1`,
      ...(token && { Authorization: `Bearer ${token}` }),
      // As clients do that send a body whole.
      ...(text !== undefined && {
        "Content-Type": "application/json",
        "Content-Length": String(Buffer.byteLength(text)),
      }),
      ...headers,
    },
    ...(text !== undefined ? { body: text } : body !== undefined ? { body } : {}),
  });
}

/** Sends a request to the Worker. @throws where the answer is another than the OpenAPI document says. */
export async function send(request: Request): Promise<Response> {
  const answer = await SELF.fetch(request);
  // What a browser asks first is of no operation.
  return request.method === "OPTIONS" ? answer : checked(request, answer);
}

/** Calls the Worker. @param path below `/api/v1`. */
export function call(path: string, asked: Call = {}): Promise<Response> {
  return send(requestOf(path, asked));
}

/** The body of an answer, after checking its status. */
// biome-ignore lint/suspicious/noExplicitAny: a test asserts on what is there.
export async function bodyOf(response: Response | Promise<Response>, status = 200): Promise<any> {
  const answer = await response;
  const text = await answer.text();
  if (answer.status !== status) throw new Error(`expected ${status}, got ${answer.status}: ${text}`);
  return text === "" ? null : JSON.parse(text);
}

/** The body of a refusal, after checking all that every problem of the API has (RFC 9457). */
// biome-ignore lint/suspicious/noExplicitAny: a test asserts on what is there.
export async function problemOf(response: Response | Promise<Response>, status: number): Promise<any> {
  const answer = await response;
  const body = await bodyOf(answer, status);
  expect(answer.headers.get("Content-Type")).toBe("application/problem+json");
  expect(body).toEqual({
    type: `/docs/problems/${body.code}`,
    title: expect.stringMatching(/./),
    status,
    detail: expect.stringMatching(/./),
    instance: expect.stringMatching(/^\//),
    code: expect.stringMatching(/^[a-z_]+$/),
    request_id: answer.headers.get("X-Request-Id"),
    ...("lead_id" in body && { lead_id: expect.any(Number) }),
    ...(body.errors && {
      errors: body.errors.map(() => ({
        pointer: expect.stringMatching(/^(\/|$)/),
        ...(body.code === "invalid_parameter" && { parameter: expect.stringMatching(/./) }),
        code: expect.stringMatching(/^[a-z_]+$/),
        detail: expect.stringMatching(/./),
      })),
    }),
  });
  return body;
}

/** Sends a file as a raw body. @returns the import that it started. */
export async function upload(token: string, companyId: number, file: BodyInit, query = "") {
  const answer = await bodyOf(
    call(`/import?company_id=${companyId}${query}`, {
      token,
      method: "POST",
      body: file,
      headers: { "Content-Type": "text/csv" },
    }),
    202,
  );
  return answer.import_file;
}

/** Polls an import until it has ended, as the queue delivers in its own time. @returns it as the API shows it. */
export async function waitForImport(code: string, token: string) {
  const start = Date.now();
  for (;;) {
    const { import_file: seen } = await bodyOf(call(`/import/${code}`, { token }));
    if (seen.finished_at !== null) return seen;
    if (Date.now() - start > PATIENCE_MS) throw new Error(`still running: ${JSON.stringify(seen)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
