import type { Hono } from "hono";
import type { AppContext, AppEnv } from "../request/context.ts";
import { asset, assetPage } from "./asset.ts";

/** The console's own scripts and styles and nothing else: no inline code, no other origin, no frame around it. */
const CONSOLE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** Mounts the console at `/console`: its hashed files, and one page for all of its addresses. */
export function mountConsole(app: Hono<AppEnv>): void {
  app.get("/console/assets/*", hashed);
  app.get("/console", page);
  app.get("/console/*", page);
}

function page(c: AppContext): Promise<Response> {
  return assetPage(c, "/console/", CONSOLE_POLICY);
}

/** A file whose name says its content. */
async function hashed(c: AppContext): Promise<Response> {
  const answer = await asset(c, c.req.path);
  answer.headers.set("Cache-Control", "public, max-age=31536000, immutable");
  return answer;
}
