import { hash } from "node:crypto";
import type { Hono, MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { Actor } from "../auth/actor.ts";
import { AppError } from "../errors.ts";
import { type Access, authorize } from "./access.ts";
import { identify } from "./authenticate.ts";
import { readBody } from "./body/body.ts";
import type { AppContext, AppEnv } from "./context.ts";
import { answerOnce } from "./idempotency/answer-once.ts";
import { networkOf } from "./rate-limits/network.ts";
import { countAgainst, countAnonymous, countCaller, limitOf } from "./rate-limits/rate-limit.ts";
import { creates, type JsonResponse, type Route, type RouteSpec } from "./route.ts";
import { validators, validBody } from "./validation/validate.ts";

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
  const { spec, handle } = route;
  const { request = {}, upload } = spec;
  const { body } = request;
  const readJson = (c: AppContext) => readBody(c, spec.form ?? false);
  const chain: MiddlewareHandler<AppEnv>[] = [
    limitNetwork(spec),
    ...authentication(spec),
    limitCaller(spec),
    ...(upload ? [] : [limitBody(spec.bodyBytes ?? JSON_BODY_BYTES)]),
    async (c, next) => {
      const granted = await authorize(spec.access, c, () => readJson(c));
      await countCompany(c, granted);
      c.set("granted", granted);
      await next();
    },
    ...validators(upload ? { ...request, query: upload.fields.partial() } : request),
  ];
  app.on([spec.method.toUpperCase()], [BASE_PATH + honoPath(spec.path)], ...chain, async (c) => {
    const input = {
      ...(c.get("granted") as object),
      c,
      ...validated(c, spec),
      body: body && (await validBody(body, await readJson(c))),
    };
    const respond = (result: unknown) =>
      result instanceof Response ? result : answer(c, spec.response, result);
    if (!creates(spec)) return respond(await handle(input as never));
    // An upload looks after its repetitions itself: its body is not there to be compared.
    const work = upload ? handle(input as never) : answerOnce(c, route, input, respond);
    // A client that leaves ends its request: what was begun is finished without it.
    c.executionCtx.waitUntil(work.catch(() => {}));
    return respond(await work);
  });
}

function authentication({ access, limit }: RouteSpec): MiddlewareHandler<AppEnv>[] {
  if (isOpen(access)) return [];
  const checked: MiddlewareHandler<AppEnv> = async (c, next) => {
    try {
      await identify(c, access);
    } catch (error) {
      // Attempts with bad tokens count against the network that they come from.
      if (error instanceof AppError && error.code === "unauthorized" && !limit) await countAnonymous(c);
      throw error;
    }
    await next();
  };
  if (access.kind !== "optional") return [checked];
  return [(c, next) => (hasToken(c) ? checked(c, next) : next())];
}

function isOpen({ kind }: Access): boolean {
  return kind === "public" || kind === "signed_link";
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
    else if (isOpen(access) || (access.kind === "optional" && !hasToken(c))) await countAnonymous(c);
    await next();
  };
}

/** Counts by user, where the caller is known. */
function limitCaller({ limit }: RouteSpec): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const actor = c.get("actor") as Actor | undefined;
    if (actor) {
      const user = `user/${actor.userId}`;
      if (limit) await countAgainst(limitOf(c.env, limit), user);
      else await countCaller(c.env.REQUEST_LIMIT, user, c.get("now"));
    }
    await next();
  };
}

/** Counts by company, where the request is about one that its caller may reach. */
async function countCompany(c: AppContext, granted: unknown): Promise<void> {
  const { companyId, row } = granted as { companyId?: number; row?: { companyId: number } };
  const company = companyId ?? row?.companyId;
  if (company) await countCaller(c.env.COMPANY_LIMIT, `company/${company}`, c.get("now"));
}

function validated(c: AppContext, { request = {}, upload }: RouteSpec): Record<string, unknown> {
  const query = c.req.valid("query" as never) as Record<string, unknown>;
  return {
    params: request.params && c.req.valid("param" as never),
    query: upload ? query : request.query && "read" in request.query ? request.query.read(query) : query,
  };
}

function answer(c: AppContext, response: RouteSpec["response"], result: unknown): Response {
  if (response.status === 204) return c.body(null, 204);
  const { status, etag } = response as JsonResponse;
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
 * that the `W/` which a packing proxy puts before it takes nothing away.
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

/** A known address with another method is a 405 that names what it takes (RFC 9110, 15.5.6). */
function refuseOtherMethods(app: Hono<AppEnv>, address: string, routes: Route[]): void {
  const allowed = routes.map(({ spec }) => spec.method.toUpperCase()).join(", ");
  app.all(BASE_PATH + address.replaceAll("{}", ":any"), async (c) => {
    await countAnonymous(c);
    throw new AppError("method_not_allowed", `This address takes ${allowed}.`, {
      headers: { Allow: allowed },
    });
  });
}

function honoPath(path: string): string {
  return path.replace(/\{(\w+)\}/g, ":$1");
}
