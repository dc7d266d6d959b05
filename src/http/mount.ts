import { hash } from "node:crypto";
import type { Hono, MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { grant } from "./access.ts";
import { authenticate } from "./authenticate.ts";
import type { AppContext, AppEnv } from "./context.ts";
import { AppError } from "./errors.ts";
import { countAgainst, countRequest } from "./rate-limit.ts";
import type { JsonResponse, Route, RouteSpec } from "./route.ts";
import { validators } from "./validate.ts";

/** Where the API begins. */
export const BASE_PATH = "/api/v1";

/**
 * Mounts the table of routes: for each, who may call it is settled before the request is read, so that 401, 403
 * and 404 come before 400.
 */
export function mount(app: Hono<AppEnv>, routes: Route[]): void {
  for (const { spec, handle } of routes) {
    const chain: MiddlewareHandler<AppEnv>[] = [
      ...(spec.upload ? [] : [jsonBodyLimit]),
      ...limits(spec),
      async (c, next) => {
        c.set("granted", await grant(spec.access, c));
        await next();
      },
      ...validators(
        spec.upload ? { ...spec.request, query: spec.upload.fields.partial() } : (spec.request ?? {}),
      ),
    ];
    app.on([spec.method.toUpperCase()], [BASE_PATH + honoPath(spec.path)], ...chain, async (c) => {
      const input = { ...(c.get("granted") as object), c, ...validated(c, spec) };
      const result = await handle(input as never);
      return result instanceof Response ? result : answer(c, spec.response as JsonResponse, result);
    });
  }
  refuseOtherMethods(app, routes);
}

function limits(spec: RouteSpec): MiddlewareHandler<AppEnv>[] {
  const open = spec.access.kind === "public" || spec.access.kind === "signed_link";
  const counted: MiddlewareHandler<AppEnv> = async (c, next) => {
    const key = open ? `ip/${c.req.header("CF-Connecting-IP") ?? "local"}` : `user/${c.get("actor").userId}`;
    if (spec.limit === "login") await countAgainst(c.env.LOGIN_LIMIT, key);
    else await countRequest(c.env.REQUEST_LIMIT, key);
    await next();
  };
  return open ? [counted] : [authenticate, counted];
}

function validated(c: AppContext, { request = {}, upload }: RouteSpec): Record<string, unknown> {
  const query = c.req.valid("query" as never) as Record<string, unknown>;
  return {
    params: request.params && c.req.valid("param" as never),
    query: upload ? query : request.query && "read" in request.query ? request.query.read(query) : query,
    body: request.body && c.req.valid("json" as never),
  };
}

function answer(c: AppContext, { status, etag }: JsonResponse, result: unknown): Response {
  const body = JSON.stringify(result);
  if (etag) {
    const tag = `"${hash("sha1", body, "base64url")}"`;
    c.header("ETag", tag);
    if (matches(c.req.header("If-None-Match"), tag)) return c.body(null, 304);
  }
  return c.body(body, status, { "Content-Type": "application/json" });
}

/** @see https://www.rfc-editor.org/rfc/rfc9110#section-13.1.2 (weak comparison) */
function matches(header: string | undefined, tag: string): boolean {
  if (!header) return false;
  return header.split(",").some((one) => one.trim() === "*" || one.trim().replace(/^W\//, "") === tag);
}

const JSON_BODY_BYTES = 1024 * 1024;

const jsonBodyLimit = bodyLimit({
  maxSize: JSON_BODY_BYTES,
  onError: () => {
    throw new AppError("payload_too_large", `A JSON body has at most ${JSON_BODY_BYTES} bytes.`);
  },
});

/** A known address with another method is a 405 that names what it takes (RFC 9110, 15.5.6). */
function refuseOtherMethods(app: Hono<AppEnv>, routes: Route[]): void {
  const methods = new Map<string, string[]>();
  for (const { spec } of routes) {
    methods.set(spec.path, [...(methods.get(spec.path) ?? []), spec.method.toUpperCase()]);
  }
  for (const [path, allowed] of methods) {
    app.all(BASE_PATH + honoPath(path), () => {
      throw new AppError("method_not_allowed", `This address takes ${allowed.join(", ")}.`, {
        headers: { Allow: allowed.join(", ") },
      });
    });
  }
}

function honoPath(path: string): string {
  return path.replace(/\{(\w+)\}/g, ":$1");
}
