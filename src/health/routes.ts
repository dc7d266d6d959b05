import { createHash, timingSafeEqual } from "node:crypto";
import type { Hono } from "hono";
import { loadActor } from "../auth/actor.ts";
import { verifyAccessToken } from "../auth/tokens/tokens.ts";
import { countAnonymous } from "../http/rate-limits/rate-limit.ts";
import type { AppContext, AppEnv } from "../http/request/context.ts";
import { readinessOf } from "./readiness.ts";

/** Mounts `/health`, which says that the process answers, and `/health/ready`, which asks what it depends on. */
export function mountHealth(app: Hono<AppEnv>): void {
  app.get("/health", (c) => c.json({ status: "ok" }));
  app.get("/health/ready", async (c) => {
    const { status, checkedAt, checks } = await readinessOf(c.env);
    const withDetails = await maySeeDetails(c);
    return c.json(
      {
        status,
        checked_at: checkedAt,
        checks: checks.map(({ details, ...one }) => ({ ...one, ...(withDetails && { details }) })),
      },
      status === "unavailable" ? 503 : 200,
      { "Cache-Control": "no-store", ...(status === "unavailable" && { "Retry-After": "10" }) },
    );
  });
}

/**
 * Who sees how much there is, and not only whether it works: somebody with the HEALTH_KEY, such as a monitor, and
 * operators. Anybody else is answered as well, without it: a monitor must not fail with the directory.
 */
async function maySeeDetails(c: AppContext): Promise<boolean> {
  const token = c.req
    .header("Authorization")
    ?.trim()
    .replace(/^Bearer\s+/i, "");
  if (!token) return false;
  if (c.env.HEALTH_KEY && equal(token, c.env.HEALTH_KEY)) return true;
  await countAnonymous(c);
  const claims = await verifyAccessToken(c.env, token, c.get("now")).catch(() => null);
  if (!claims) return false;
  const actor = await loadActor(c.get("databases").primaryDirectoryClient, claims).catch(() => null);
  if (!actor?.operator) return false;
  c.set("actor", actor);
  return true;
}

/** Compares secrets in the same time wherever they differ. */
function equal(a: string, b: string): boolean {
  const [one, other] = [a, b].map((text) => createHash("sha256").update(text).digest());
  return one !== undefined && other !== undefined && timingSafeEqual(one, other);
}
