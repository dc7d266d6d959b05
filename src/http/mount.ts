import type { Hono, MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { isUnavailable } from "../db/errors.ts";
import { AppError } from "../errors.ts";
import { announceEnd } from "./answer/announce-end.ts";
import { readBody } from "./body/body.ts";
import { BrokenOff } from "./body/body-chunks.ts";
import { limitCaller, limitNetwork } from "./rate-limits/limit-request.ts";
import { countAnonymous } from "./rate-limits/rate-limit.ts";
import { authenticate } from "./request/authenticate.ts";
import type { AppContext, AppEnv } from "./request/context.ts";
import type { Route } from "./route.ts";
import type { RouteSpec } from "./route-spec.ts";
import { admit } from "./serve/admit.ts";
import { serveRead } from "./serve/serve-read.ts";
import { serveWrite } from "./serve/serve-write.ts";
import { parameterReader, validators } from "./validation/validate.ts";

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
  const at = BASE_PATH + honoPath(spec.path);
  if (spec.deprecated) app.on([spec.method.toUpperCase()], [at], announceEnd(spec.deprecated));
  if (spec.method === "get") app.get(at, serveRead(route));
  else app.on([spec.method.toUpperCase()], [at], ...writeChain(route));
}

/** The steps of a request that may change something. */
function writeChain(route: Route): MiddlewareHandler<AppEnv>[] {
  const { spec } = route;
  const readParameters = parameterReader(spec);
  const step =
    (run: (c: AppContext) => Promise<void>): MiddlewareHandler<AppEnv> =>
    async (c, next) => {
      await run(c);
      await next();
    };
  return [
    step((c) => limitNetwork(c, spec)),
    step((c) =>
      authenticate(c, route, { parameters: () => readParameters(c.req), readBody: announcedBody(c, spec) }),
    ),
    step((c) => limitCaller(c, spec)),
    ...(spec.upload ? [] : [limitBody(spec.bodyBytes ?? JSON_BODY_BYTES)]),
    step(async (c) => c.set("admitted", await admit(c, route))),
    ...validators(spec),
    serveWrite(spec),
  ];
}

/**
 * Reads a body before its caller is confirmed, where it says beforehand that it is no longer than the route allows.
 *
 * @returns `undefined` where it does not.
 */
function announcedBody(
  c: AppContext,
  { upload, bodyBytes = JSON_BODY_BYTES, form }: RouteSpec,
): (() => Promise<unknown>) | undefined {
  const announced = c.req.header("Content-Length") ?? "";
  if (upload || c.req.header("Transfer-Encoding") !== undefined || !/^\d{1,12}$/.test(announced))
    return undefined;
  return Number(announced) <= bodyBytes ? () => readBody(c, form ?? false) : undefined;
}

/** How many bytes a body of JSON may have where a route does not say otherwise. */
export const JSON_BODY_BYTES = 1024 * 1024;

/** Refuses a body of more bytes. */
export function limitBody(maxSize: number): MiddlewareHandler {
  const limit = bodyLimit({
    maxSize,
    onError: () => {
      throw new AppError("payload_too_large", `A body for this address has at most ${maxSize} bytes.`);
    },
  });
  return async (c, next) => {
    let isRead = false;
    try {
      return await limit(c, () => {
        isRead = true;
        return next();
      });
    } catch (error) {
      // A body without a length is read here: it says nothing of our databases that its client went away.
      throw !isRead && isUnavailable(error) ? new BrokenOff(error) : error;
    }
  };
}

/** A known address with another method is a 405 that names the allowed ones (RFC 9110, 15.5.6). */
function refuseOtherMethods(app: Hono<AppEnv>, address: string, routes: Route[]): void {
  const methods = routes.map(({ spec }) => spec.method.toUpperCase());
  // Whatever takes GET takes HEAD.
  const allowed = methods.flatMap((method) => (method === "GET" ? [method, "HEAD"] : [method])).join(", ");
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
