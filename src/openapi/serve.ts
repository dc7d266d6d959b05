import type { Hono } from "hono";
import { asset, assetPage } from "../http/assets/asset.ts";
import type { AppContext, AppEnv } from "../http/request/context.ts";

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

/** Mounts the OpenAPI document at `/openapi.json`, `/postman.json`, `/llms.txt`, the reference at `/docs` and the guides below it: files of the build. */
export function mountReference(app: Hono<AppEnv>): void {
  app.get("/openapi.json", (c) => asset(c, "/openapi.json"));
  app.get("/postman.json", (c) => asset(c, "/postman.json"));
  app.get("/llms.txt", (c) => asset(c, "/llms.txt"));
  app.get("/docs", (c) => page(c, "/docs/"));
  app.get("/docs/*", (c) => page(c, c.req.path));
}

function page(c: AppContext, path: string): Promise<Response> {
  return assetPage(c, path, PAGE_POLICY);
}
