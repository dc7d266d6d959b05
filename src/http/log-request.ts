import type { MiddlewareHandler } from "hono";
import { routePath } from "hono/route";
import type { Actor } from "../auth/actor.ts";
import { isApiKeyId } from "../auth/api-keys/ids.ts";
import type { Cost } from "../db/client.ts";
import { asInvocation } from "../invocation.ts";
import { costFields, log, logsRequests } from "../log.ts";
import type { AppEnv } from "./request/context.ts";

/**
 * Logs a line for each request once its answer begins: what was asked by whom and what it cost, in ids and patterns,
 * never in addresses or values. To operators the answer says what it cost, too.
 *
 * The later cost of a streamed body is not in the line.
 */
export const logRequest: MiddlewareHandler<AppEnv> = (c, next) =>
  asInvocation({ request_id: c.get("requestId") }, async ({ cost }) => {
    const startedAt = Date.now();
    await next();
    const milliseconds = Date.now() - startedAt;
    const actor = c.get("actor");
    if (actor?.kind === "user" && actor.operator)
      c.res.headers.set("Server-Timing", serverTiming(milliseconds, cost));
    if (!logsRequests(c.env)) return;
    log("info", "request", {
      method: c.req.method,
      route: routePath(c),
      status: c.res.status,
      code: c.get("problem"),
      ms: milliseconds,
      ...actorFields(actor),
      company_id: c.get("companyId"),
      ...costFields(cost),
    });
  });

/** Who asks, in ids. */
function actorFields(actor: Actor | undefined): { user_id?: number; key_id?: number } {
  switch (actor?.kind) {
    case "user":
      return { user_id: actor.userId };
    case "link":
      return isApiKeyId(actor.holderId) ? { key_id: actor.holderId } : { user_id: actor.holderId };
    case "api_key":
      return { key_id: actor.keyId };
    case "system":
    case undefined:
      return {};
  }
}

/** @see https://www.w3.org/TR/server-timing/#the-server-timing-header-field */
function serverTiming(milliseconds: number, cost: Cost): string {
  const { calls, statements, rowsRead, rowsWritten, retries } = cost;
  const spent = `${calls} calls, ${statements} statements, ${rowsRead} rows read, ${rowsWritten} written, ${retries} retries`;
  return `total;dur=${milliseconds}, d1;dur=${cost.milliseconds};desc="${spent}"`;
}
