import type { Hono } from "hono";
import { notFound } from "../errors.ts";
import type { AppContext, AppEnv } from "../http/context.ts";

/** The page draws with scripts, styles and images of its own, calls this API, and is framed by nobody. */
const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** Mounts the OpenAPI document at `/openapi.json`, the reference at `/docs` and the guides below it: files of the build. */
export function mountReference(app: Hono<AppEnv>): void {
  app.get("/openapi.json", (c) => asset(c, "/openapi.json"));
  app.get("/docs", (c) => page(c, "/docs/"));
  app.get("/docs/*", (c) => page(c, c.req.path));
}

async function page(c: AppContext, path: string): Promise<Response> {
  const answer = await asset(c, path);
  answer.headers.set("Content-Security-Policy", PAGE_POLICY);
  answer.headers.set("Referrer-Policy", "no-referrer");
  return answer;
}

/** A file of the build, with headers that can be added to. @throws 404 where there is no such file. */
async function asset(c: AppContext, path: string): Promise<Response> {
  const answer = await c.env.ASSETS.fetch(new Request(new URL(path, c.req.url), c.req.raw));
  if (answer.status === 404) throw notFound();
  return new Response(answer.body, answer);
}
