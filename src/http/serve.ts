import { answerOf } from "./answer.ts";
import type { AnswerHeaders } from "./answer-headers.ts";
import { authenticate } from "./authenticate.ts";
import { readBody } from "./body/body.ts";
import { callOf } from "./call.ts";
import type { AppContext, Served } from "./context.ts";
import { answerOnce } from "./idempotency/answer-once.ts";
import { type Creation, UNKEYED } from "./idempotency/creation.ts";
import type { Admitted } from "./policies/policy.ts";
import { limitCaller, limitNetwork } from "./rate-limits/limit-request.ts";
import { countCompany } from "./rate-limits/rate-limit.ts";
import type { Route } from "./route.ts";
import { acceptsKey, type RouteSpec } from "./route-spec.ts";
import { validators } from "./validation/validate.ts";

type Handler = (c: AppContext) => Promise<Response>;

/** Serves a route that only reads: all of its steps, in one function, since a read is little more than them. */
export function serveRead(route: Route): Handler {
  const { spec } = route;
  const validate = validators(spec);
  return async (c) => {
    await limitNetwork(c, spec);
    await authenticate(c, spec);
    await limitCaller(c, spec);
    const admitted = await admit(c, route);
    for (const validator of validate) await validator(c, NOTHING_NEXT);
    const { handle } = await check(c, admitted);
    return respond(c, spec, admitted, await handle(UNKEYED));
  };
}

const NOTHING_NEXT = async () => {};

/** Serves a route that may change something, once its request has come through the steps before. */
export function serveWrite(spec: RouteSpec): Handler {
  return async (c) => {
    const admitted = c.get("admitted");
    const { handle, recover } = await check(c, admitted);
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

/** Asks the policy of a route, before anything else of the request is read. @throws 401, 403, 404 or 429. */
export async function admit(c: AppContext, route: Route): Promise<Served> {
  const headers: AnswerHeaders = { set: {}, added: [] };
  const admitted = await route.admit({
    ...callOf(c, headers),
    actor: c.get("actor") ?? null,
    params: c.req.param(),
    query: (name) => c.req.query(name),
    readBody: () => readBody(c, route.spec.form ?? false),
  });
  const { companyId } = admitted;
  if (companyId) await countCompany(c.env, companyId, c.get("now"));
  c.set("companyId", companyId);
  return { ...admitted, headers };
}

function check(c: AppContext, { check }: Admitted) {
  return check({ params: readPart(c, "param"), query: readPart(c, "query") });
}

/** What a validator of the route has read; Hono knows the type of it only where a route is mounted by hand. */
function readPart(c: AppContext, target: "param" | "query"): unknown {
  return c.req.valid(target as never);
}

function respond(c: AppContext, { response }: RouteSpec, { headers }: Served, result: unknown): Response {
  return answerOf(response, result, headers, c.req.header("If-None-Match"));
}
