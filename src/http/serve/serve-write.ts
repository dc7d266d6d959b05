import { AppError } from "../../errors.ts";
import { answerOnce } from "../idempotency/answer-once.ts";
import { type Creation, UNKEYED } from "../idempotency/creation.ts";
import type { AppContext } from "../request/context.ts";
import { acceptsKey, type RouteSpec } from "../route-spec.ts";
import { respond } from "./answer.ts";

/** Serves a route that may change something, once its request has come through the steps before. */
export function serveWrite(spec: RouteSpec): (c: AppContext) => Promise<Response> {
  return async (c) => {
    const admitted = c.get("admitted");
    refuseIfMatch(c, spec);
    const { handle, recover } = await admitted.check({
      params: validated(c, "param"),
      query: validated(c, "query"),
    });
    const create = async (creation: Creation) => respond(c, spec, admitted, await handle(creation));
    if (!acceptsKey(spec)) return create(UNKEYED);
    // An upload handles its repetitions itself: its body streams, and cannot be compared beforehand.
    const work = spec.upload
      ? create(UNKEYED)
      : answerOnce(c, spec, admitted.tenant, {
          create,
          recover: recover && (async (objectId) => respond(c, spec, admitted, await recover(objectId))),
        });
    // A client that disconnects ends its request: the work is finished without it.
    c.executionCtx.waitUntil(work.catch(() => {}));
    return work;
  };
}

/** A condition that is not looked at would go through as if it held. @throws 412 */
function refuseIfMatch(c: AppContext, { ifMatch }: RouteSpec): void {
  if (ifMatch || c.req.header("If-Match") === undefined) return;
  const detail = "This operation compares no `If-Match`: read again what you change, and send it without.";
  throw new AppError("precondition_failed", detail);
}

/** What a validator of the route has read; Hono knows the type of it only where a route is mounted by hand. */
function validated(c: AppContext, target: "param" | "query"): unknown {
  return c.req.valid(target as never);
}
