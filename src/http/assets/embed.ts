import type { Hono } from "hono";
import { acceptedLocale } from "../request/accept-language.ts";
import type { AppContext, AppEnv } from "../request/context.ts";
import { asset, assetPage } from "./asset.ts";

/**
 * The element and nothing else: it styles itself by a sheet that it constructs, which a policy allows. Only the token
 * that stands behind the `#` does anything, and no page of others may frame somebody's.
 */
const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** How long browsers keep the script without asking, in seconds; a day longer while they ask. */
const KEPT = "public, max-age=600, stale-while-revalidate=86400";

/** Mounts the importer for other pages: its script, and a page that has nothing but it. */
export function mountEmbed(app: Hono<AppEnv>): void {
  app.get("/embed/leadsy-import.js", script);
  app.get("/embed/page.css", (c) => asset(c, c.req.path));
  app.get("/import", page);
}

/** Its name is the same for ever: pages of others name it. */
async function script(c: AppContext): Promise<Response> {
  const answer = await asset(c, c.req.path);
  answer.headers.set("Access-Control-Allow-Origin", "*");
  answer.headers.set("Cross-Origin-Resource-Policy", "cross-origin");
  answer.headers.set("Cache-Control", KEPT);
  return answer;
}

async function page(c: AppContext): Promise<Response> {
  const lang = acceptedLocale(c.req.header("Accept-Language"));
  const answer = await assetPage(c, `/embed/${lang}/`, PAGE_POLICY);
  answer.headers.set("Vary", "Accept-Language");
  return answer;
}
