import type { MiddlewareHandler } from "hono";
import { routePath } from "hono/route";
import type { Actor } from "../auth/actor.ts";
import type { Cost } from "../db/client.ts";
import { asInvocation } from "../invocation.ts";
import { costFields, log, logsRequests } from "../log.ts";
import type { AppContext, AppEnv } from "./context.ts";

/**
 * Logs a line for each request once its answer begins: what was asked by whom and what it cost, in ids and patterns,
 * never in addresses or values. To operators the answer says what it cost, too.
 *
 * What a body that streams costs after that is not in the line.
 */
export const logRequest: MiddlewareHandler<AppEnv> = (c, next) =>
  asInvocation({ request_id: c.get("requestId") }, async ({ cost }) => {
    const startedAt = Date.now();
    await next();
    const milliseconds = Date.now() - startedAt;
    const actor = c.get("actor") as Actor | undefined;
    if (actor?.operator) c.res.headers.set("Server-Timing", serverTiming(milliseconds, cost));
    if (!logsRequests(c.env)) return;
    log("info", "request", {
      method: c.req.method,
      route: routePath(c),
      status: c.res.status,
      code: c.get("problem"),
      ms: milliseconds,
      user_id: actor?.userId,
      company_id: companyOf(c),
      ...costFields(cost),
    });
  });

/** The company that the request was about, where its access named one. */
function companyOf(c: AppContext): number | undefined {
  const granted = c.get("granted") as { companyId?: number; row?: { companyId?: number } } | undefined;
  return granted?.companyId ?? granted?.row?.companyId;
}

/** @see https://www.w3.org/TR/server-timing/#the-server-timing-header-field */
function serverTiming(milliseconds: number, cost: Cost): string {
  const { calls, statements, rowsRead, rowsWritten, retries } = cost;
  const spent = `${calls} calls, ${statements} statements, ${rowsRead} rows read, ${rowsWritten} written, ${retries} retries`;
  return `total;dur=${milliseconds}, d1;dur=${cost.milliseconds};desc="${spent}"`;
}
