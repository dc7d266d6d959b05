import { actorOfCaller, type Caller } from "../../auth/caller.ts";
import { type ActorRow, isSameRow } from "../../auth/kept-actors.ts";
import { holdLines } from "../../invocation.ts";
import { UNKEYED } from "../idempotency/creation.ts";
import { limitCaller, limitNetwork } from "../rate-limits/limit-request.ts";
import { askForCaller, beginReading, confirmCaller, lastKnown, readCaller } from "../request/authenticate.ts";
import type { AppContext } from "../request/context.ts";
import type { Route } from "../route.ts";
import type { RouteSpec } from "../route-spec.ts";
import { once, parameterReader } from "../validation/validate.ts";
import { admit } from "./admit.ts";
import { respond } from "./answer.ts";

/**
 * Serves a route that only reads: all of its steps, in one function, since a read is little more than them.
 *
 * Where this isolate knows the caller from before, the handler runs with them *at the same time* as the directory is
 * asked who they are now: a read is one round trip. Nothing is decided by what was known. The answer stands where the
 * directory says the same; else nothing of it is left, and the handler runs again with what the directory says.
 */
export function serveRead(route: Route): (c: AppContext) => Promise<Response> {
  const { spec } = route;
  const readParameters = parameterReader(spec);
  const isRepeatable = mayRunEarly(spec);

  const run = async (c: AppContext, parameters = () => readParameters(c.req)): Promise<Response> => {
    const admitted = await admit(c, route);
    const { handle } = await admitted.check(parameters());
    return respond(c, spec, admitted, await handle(UNKEYED));
  };

  const runEarly = async (c: AppContext, caller: Caller, before: ActorRow): Promise<Response> => {
    const lines = holdLines();
    const parameters = once(() => readParameters(c.req));
    const asked = askForCaller(c, caller);
    beginReading(c, route, caller, { parameters });
    // Both are waited for, so that nothing of the handler is still at work when it runs again.
    const [now, early] = await Promise.allSettled([asked, run(c, parameters)]);
    if (now.status === "fulfilled" && isSameRow(before, now.value)) {
      lines.write();
      if (early.status === "rejected") throw early.reason;
      return early.value;
    }
    lines.drop();
    withdraw(c);
    if (now.status === "rejected") throw now.reason;
    await confirmCaller(c, spec, caller, now.value);
    return run(c);
  };

  return async (c) => {
    if (isRepeatable) c.get("databases").refuseWrites();
    await limitNetwork(c, spec);
    const caller = await readCaller(c, spec);
    if (!caller) return run(c);
    const before = isRepeatable ? lastKnown(caller) : undefined;
    const known = before && actorOfCaller(c.get("databases").primaryDirectoryClient, before, caller);
    if (before && known) {
      c.set("actor", known);
      await limitCaller(c, spec);
      return runEarly(c, caller, before);
    }
    const parameters = once(() => readParameters(c.req));
    const asked = askForCaller(c, caller);
    beginReading(c, route, caller, { parameters });
    await confirmCaller(c, spec, caller, await asked);
    await limitCaller(c, spec);
    return run(c, parameters);
  };
}

/**
 * Whether a handler may run before its caller is confirmed, and run again. A file may be on its way already, or its
 * download be in the audit trail. A route with a rate limit of its own answers what attackers try to guess: nothing is
 * looked up for a caller who may have been signed out.
 */
function mayRunEarly({ response, limit }: RouteSpec): boolean {
  return "schema" in response && limit === undefined;
}

/** Leaves nothing of what a handler has done so far. */
function withdraw(c: AppContext): void {
  const databases = c.get("databases");
  databases.stopTimer();
  c.set("databases", databases.reopen());
  c.set("actor", undefined);
  c.set("companyId", undefined);
}
