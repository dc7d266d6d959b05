import type { Hono } from "hono";
import { settingsOf } from "../env.ts";
import { AppError, unauthorized } from "../errors.ts";
import { serveMcp } from "../mcp/serve-mcp.ts";
import { parseJson } from "./body/body.ts";
import { JSON_BODY_BYTES, limitBody } from "./mount.ts";
import { countAnonymous } from "./rate-limits/rate-limit.ts";
import type { AppEnv } from "./request/context.ts";

/** Where agents ask. */
const MCP_PATH = "/mcp";

/**
 * Mounts the Model Context Protocol. What its tools ask goes through this very app, so that who calls, what they may do
 * and how often is decided there, once.
 *
 * @see https://modelcontextprotocol.io/specification/2026-07-28/basic/transports (Streamable HTTP)
 */
export function mountMcp(app: Hono<AppEnv>): void {
  app.post(MCP_PATH, limitBody(JSON_BODY_BYTES), async (c) => {
    // Another page must not use what a browser has of an agent (DNS rebinding).
    const origin = c.req.header("Origin");
    if (origin !== undefined && !settingsOf(c.env).corsOrigins.includes(origin)) {
      throw new AppError("forbidden", "Pages of this origin may not call: it is not in CORS_ORIGINS.");
    }
    if (c.req.header("Authorization") === undefined) {
      await countAnonymous(c);
      throw unauthorized("Send an API key or an access token as `Authorization: Bearer <key>`.");
    }
    const body = parseJson(await c.req.arrayBuffer());
    return serveMcp(c.req.raw, body, {
      env: c.env,
      fetch: (request) => app.fetch(request, c.env, c.executionCtx),
      now: c.get("now"),
    });
  });
  app.all(MCP_PATH, async (c) => {
    await countAnonymous(c);
    throw new AppError("method_not_allowed", "This address allows POST.", { headers: { Allow: "POST" } });
  });
}
