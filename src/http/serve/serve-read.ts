import { authenticate } from "../authenticate.ts";
import type { AppContext } from "../context.ts";
import { UNKEYED } from "../idempotency/creation.ts";
import { limitCaller, limitNetwork } from "../rate-limits/limit-request.ts";
import type { Route } from "../route.ts";
import { parameterReader } from "../validation/validate.ts";
import { admit } from "./admit.ts";
import { respond } from "./answer.ts";

/** Serves a route that only reads: all of its steps, in one function, since a read is little more than them. */
export function serveRead(route: Route): (c: AppContext) => Promise<Response> {
  const { spec } = route;
  const readParameters = parameterReader(spec);
  return async (c) => {
    await limitNetwork(c, spec);
    await authenticate(c, spec);
    await limitCaller(c, spec);
    const admitted = await admit(c, route);
    const { handle } = await admitted.check(readParameters(c.req));
    return respond(c, spec, admitted, await handle(UNKEYED));
  };
}
