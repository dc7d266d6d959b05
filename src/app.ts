import { type Context, Hono, type MiddlewareHandler } from "hono";
import { cors } from "hono/cors";
import { requestId } from "hono/request-id";
import { SECRET_STARTS } from "./auth/api-keys/secret.ts";
import { publicJwks } from "./auth/tokens/signing-keys.ts";
import { openDatabases } from "./db/clients.ts";
import { settingsOf } from "./env.ts";
import { AppError, notFound } from "./errors.ts";
import { mountHealth } from "./health/routes.ts";
import { problem } from "./http/answer/problem.ts";
import { mountConsole } from "./http/assets/console.ts";
import { mountEmbed } from "./http/assets/embed.ts";
import { logRequest } from "./http/log-request.ts";
import { BASE_PATH, mount } from "./http/mount.ts";
import { mountMcp } from "./http/mount-mcp.ts";
import { rateHeaders } from "./http/rate-limits/rate-headers.ts";
import { countAnonymous } from "./http/rate-limits/rate-limit.ts";
import type { AppEnv } from "./http/request/context.ts";
import type { Route } from "./http/route.ts";
import { mountReference } from "./openapi/serve.ts";
import { ROUTES } from "./routes.ts";
import { tryRequestSending } from "./webhooks/sending/request-sending.ts";

/**
 * Whether a page of any origin may read the answer: it came with a link for imports, which says itself what page it is
 * for (`requireScope`), or a browser asks whether it may send one.
 */
function mayComeByLink({ req }: Context): boolean {
  if (!req.path.startsWith(`${BASE_PATH}/import`)) return false;
  const token = req.header("Authorization")?.replace(/^Bearer\s+/i, "");
  return req.method === "OPTIONS" || token?.startsWith(SECRET_STARTS.importLink) === true;
}

const CORS: Parameters<typeof cors>[0] & object = {
  origin: (origin, c) => (settingsOf(c.env).corsOrigins.includes(origin) || mayComeByLink(c) ? origin : null),
  allowHeaders: [
    "Authorization",
    "Content-Type",
    "Idempotency-Key",
    "If-Match",
    "If-None-Match",
    "Last-Event-ID",
    "X-D1-Bookmark",
    "X-Request-Id",
  ],
  exposeHeaders: [
    ...["Link", "ETag", "X-Request-Id", "Retry-After", "X-D1-Bookmark", "Location"],
    ...["Content-Disposition", "Idempotent-Replayed", "WWW-Authenticate", "Server-Timing"],
    ...["RateLimit", "RateLimit-Policy", "Deprecation", "Sunset", "Accept-Encoding"],
  ],
  maxAge: 86_400,
};
const forBrowsers = cors(CORS);
/** Pages of other origins may have a session in a cookie, and there alone it is sent. */
const forCookies = cors({ ...CORS, credentials: true });
const COOKIE_PATHS = ["/users/login", "/users/refresh", "/users/logout"].map((path) => BASE_PATH + path);

/** Opens the databases for a request, and says in the answer what holds for all. */
const openAndAnswer: MiddlewareHandler<AppEnv> = async (c, next) => {
  c.set("now", Date.now());
  c.set(
    "databases",
    openDatabases(c.env, {
      for: ["GET", "HEAD"].includes(c.req.method) ? "read" : "write",
      bookmark: c.req.header("X-D1-Bookmark"),
    }),
  );
  await next();
  const databases = c.get("databases");
  databases.stopTimer();
  const headers = c.res.headers;
  headers.set("X-Request-Id", c.get("requestId"));
  headers.set("X-Content-Type-Options", "nosniff");
  headers.set("Strict-Transport-Security", "max-age=31536000; includeSubDomains");
  if (!headers.has("Cache-Control")) headers.set("Cache-Control", "private, no-store");
  // A bookmark tells how much was written: to those who are nobody yet it would tell whether an address has an account.
  const bookmarks = c.get("signedIn") || c.get("actor") ? databases.bookmarks() : "";
  if (bookmarks) headers.set("X-D1-Bookmark", bookmarks);
  const rate = c.get("rate");
  if (rate) {
    const isSpent = rate.refused && c.res.status === 429;
    const refusedFor = isSpent ? Number(headers.get("Retry-After") ?? 60) : null;
    const told = rateHeaders(rate, c.get("now"), refusedFor);
    for (const [name, value] of Object.entries(told)) headers.set(name, value);
  }
};

/** Has webhooks told of what a request has changed, once it is answered. */
const tellWebhooks: MiddlewareHandler<AppEnv> = async (c, next) => {
  await next();
  if (["GET", "HEAD"].includes(c.req.method) || !c.res.ok) return;
  const { tenant, companyId } = c.get("admitted") ?? {};
  if (tenant && companyId)
    c.executionCtx.waitUntil(tryRequestSending(c.env, tenant, companyId, c.get("now")));
};

/**
 * Makes the HTTP side: what every request goes through, and a table of routes.
 *
 * @param routes all of the API's; a test may hand in others.
 */
export function createApp(routes: Route[]): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  app.use(requestId());
  app.use(logRequest);
  // Only browsers send an Origin; nobody else needs the headers.
  app.use((c, next) => {
    if (!c.req.header("Origin")) return next();
    return COOKIE_PATHS.includes(c.req.path) ? forCookies(c, next) : forBrowsers(c, next);
  });
  app.use(openAndAnswer);
  app.use(tellWebhooks);
  mount(app, routes);
  mountMcp(app);
  mountReference(app);
  mountConsole(app);
  mountEmbed(app);
  mountHealth(app);
  app.get("/.well-known/jwks.json", (c) =>
    c.json(publicJwks(settingsOf(c.env)), 200, {
      "Content-Type": "application/jwk-set+json",
      "Cache-Control": "public, max-age=300",
    }),
  );

  app.notFound(async (c) => {
    await countAnonymous(c);
    return problem(notFoundAt(c.req.path), c);
  });
  app.onError(problem);
  return app;
}

/** The API. */
export const app = createApp(ROUTES);

function notFoundAt(path: string): AppError {
  return path.startsWith("/api/")
    ? new AppError("not_found", "No such address: /openapi.json lists all.")
    : notFound();
}
