import { hash } from "node:crypto";
import type { Hono, MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { Actor } from "../auth/actor.ts";
import { AppError } from "../errors.ts";
import { identify } from "./authenticate.ts";
import { readBody } from "./body/body.ts";
import { callOf } from "./call.ts";
import type { AppContext, AppEnv } from "./context.ts";
import { answerOnce } from "./idempotency/answer-once.ts";
import { type Creation, UNKEYED } from "./idempotency/creation.ts";
import { networkOf } from "./rate-limits/network.ts";
import { countAgainst, countAnonymous, countCaller, limitOf } from "./rate-limits/rate-limit.ts";
import type { Route } from "./route.ts";
import { acceptsKey, type Exchange, type RouteSpec } from "./route-spec.ts";
import { validators } from "./validation/validate.ts";

/** Where the API begins. */
export const BASE_PATH = "/api/v1";

/**
 * Mounts the table of routes: for each, access is decided before the request is read, so that 401, 403
 * and 404 come before 400.
 *
 * An address refuses other methods right after its own routes, so that `PUT /users/login` is a 405 and not taken
 * for `PUT /users/{id}`.
 */
export function mount(app: Hono<AppEnv>, routes: Route[]): void {
  const addresses = Map.groupBy(routes, ({ spec }) => spec.path.replace(/\{\w+\}/g, "{}"));
  for (const [address, sharing] of addresses) {
    for (const one of sharing) mountRoute(app, one);
    refuseOtherMethods(app, address, sharing);
  }
}

function mountRoute(app: Hono<AppEnv>, route: Route): void {
  const { spec } = route;
  const chain: MiddlewareHandler<AppEnv>[] = [
    limitNetwork(spec),
    ...authentication(spec),
    limitCaller(spec),
    ...(spec.upload ? [] : [limitBody(spec.bodyBytes ?? JSON_BODY_BYTES)]),
    admit(route),
    ...validators(spec),
  ];
  app.on([spec.method.toUpperCase()], [BASE_PATH + honoPath(spec.path)], ...chain, async (c) => {
    const { tenant, check } = c.get("admitted");
    const { handle, recover } = await check({ params: readPart(c, "param"), query: readPart(c, "query") });
    const respond = (result: unknown) =>
      result instanceof Response ? result : answer(c, spec.response, result);
    const create = async (creation: Creation) => respond(await handle(creation));
    if (!acceptsKey(spec)) return create(UNKEYED);
    // An upload handles its repetitions itself: its body streams, and cannot be compared beforehand.
    const work = spec.upload
      ? create(UNKEYED)
      : answerOnce(c, spec, tenant?.client, {
          create,
          recover: recover && (async (objectId) => respond(await recover(objectId))),
        });
    // A client that disconnects ends its request: the work is finished without it.
    c.executionCtx.waitUntil(work.catch(() => {}));
    return work;
  });
}

/** Asks the policy of a route, before anything else of the request is read. */
function admit({ spec, admit }: Route): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const admitted = await admit(exchangeOf(c, spec));
    const { companyId } = admitted;
    if (companyId) await countCaller(c.env.COMPANY_LIMIT, `company/${companyId}`, c.get("now"));
    c.set("companyId", companyId);
    c.set("admitted", admitted);
    await next();
  };
}

/** What a validator of the route has read; Hono knows the type of it only where a route is mounted by hand. */
function readPart(c: AppContext, target: "param" | "query"): unknown {
  return c.req.valid(target as never);
}

function exchangeOf(c: AppContext, spec: RouteSpec): Exchange {
  return {
    ...callOf(c),
    actor: c.get("actor") ?? null,
    params: c.req.param(),
    query: (name) => c.req.query(name),
    readBody: () => readBody(c, spec.form ?? false),
  };
}

function authentication({ access, limit }: RouteSpec): MiddlewareHandler<AppEnv>[] {
  if (access.caller === "ignored") return [];
  const checked: MiddlewareHandler<AppEnv> = async (c, next) => {
    try {
      await identify(c, access);
    } catch (error) {
      // A caller who tries tokens is counted by where they try from.
      if (error instanceof AppError && error.code === "unauthorized" && !limit) await countAnonymous(c);
      throw error;
    }
    await next();
  };
  if (access.caller === "required") return [checked];
  return [(c, next) => (hasToken(c) ? checked(c, next) : next())];
}

function hasToken(c: AppContext): boolean {
  return Boolean(c.req.header("Authorization")?.trim());
}

/**
 * Counts by network, before anything else of the request is looked at, so that refusals count too: whatever has a
 * limit of its own, and what comes without a token.
 */
function limitNetwork({ access, limit }: RouteSpec): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    if (limit) await countAgainst(limitOf(c.env, limit), `network/${networkOf(c)}`);
    else if (access.caller === "ignored" || (access.caller === "optional" && !hasToken(c)))
      await countAnonymous(c);
    await next();
  };
}

/** Counts by user, where the caller is known. */
function limitCaller({ limit }: RouteSpec): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const caller = limitKeyOf(c.get("actor"));
    if (caller) {
      if (limit) await countAgainst(limitOf(c.env, limit), caller);
      else await countCaller(c.env.REQUEST_LIMIT, caller, c.get("now"));
    }
    await next();
  };
}

/** The key under which a caller's requests are counted; `null` for one who is counted by their network alone. */
function limitKeyOf(actor: Actor | undefined): string | null {
  switch (actor?.kind) {
    case "user":
      return `user/${actor.userId}`;
    case "api_key":
      return `key/${actor.keyId}`;
    case "link":
    case "system":
    case undefined:
      return null;
  }
}

function answer(c: AppContext, response: RouteSpec["response"], result: unknown): Response {
  if (response.status === 204) return c.body(null, 204);
  const { status, etag } = response;
  const body = JSON.stringify(result);
  if (etag) {
    const tag = entityTag(body);
    c.header("ETag", tag);
    if (matchesETag(c.req.header("If-None-Match"), tag)) return c.body(null, 304);
  }
  return c.body(body, status, { "Content-Type": "application/json" });
}

/** The ETag of an answer, by what it says: the same body has the same tag. */
export function entityTag(body: string): string {
  return `"${hash("sha1", body, "base64url")}"`;
}

/**
 * Whether an `If-None-Match`, or an `If-Match`, names what would be sent. A tag stands for every byte of it, so
 * that the `W/` of a compressing proxy makes no difference.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-13.1.2 (weak comparison)
 */
export function matchesETag(header: string | undefined, tag: string): boolean {
  if (!header) return false;
  return header.split(",").some((one) => one.trim() === "*" || one.trim().replace(/^W\//, "") === tag);
}

const JSON_BODY_BYTES = 1024 * 1024;

function limitBody(maxSize: number): MiddlewareHandler {
  return bodyLimit({
    maxSize,
    onError: () => {
      throw new AppError("payload_too_large", `A body for this address has at most ${maxSize} bytes.`);
    },
  });
}

/** A known address with another method is a 405 that names the allowed ones (RFC 9110, 15.5.6). */
function refuseOtherMethods(app: Hono<AppEnv>, address: string, routes: Route[]): void {
  const allowed = routes.map(({ spec }) => spec.method.toUpperCase()).join(", ");
  app.all(BASE_PATH + address.replaceAll("{}", ":any"), async (c) => {
    await countAnonymous(c);
    throw new AppError("method_not_allowed", `This address allows ${allowed}.`, {
      headers: { Allow: allowed },
    });
  });
}

function honoPath(path: string): string {
  return path.replace(/\{(\w+)\}/g, ":$1");
}
