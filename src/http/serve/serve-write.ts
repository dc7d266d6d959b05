import type { AppContext } from "../context.ts";
import { answerOnce } from "../idempotency/answer-once.ts";
import { type Creation, UNKEYED } from "../idempotency/creation.ts";
import { acceptsKey, type RouteSpec } from "../route-spec.ts";
import { parameterReader } from "../validation/validate.ts";
import { respond } from "./answer.ts";

/** Serves a route that may change something, once its request has come through the steps before. */
export function serveWrite(spec: RouteSpec): (c: AppContext) => Promise<Response> {
  const readParameters = parameterReader(spec);
  return async (c) => {
    const parameters = readParameters(c.req);
    const admitted = c.get("admitted");
    const { handle, recover } = await admitted.check(parameters);
    const create = async (creation: Creation) => respond(c, spec, admitted, await handle(creation));
    if (!acceptsKey(spec)) return create(UNKEYED);
    // An upload handles its repetitions itself: its body streams, and cannot be compared beforehand.
    const work = spec.upload
      ? create(UNKEYED)
      : answerOnce(c, spec, admitted.tenant?.client, {
          create,
          recover: recover && (async (objectId) => respond(c, spec, admitted, await recover(objectId))),
        });
    // A client that disconnects ends its request: the work is finished without it.
    c.executionCtx.waitUntil(work.catch(() => {}));
    return work;
  };
}
