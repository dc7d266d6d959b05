import { noteUse } from "../../auth/api-keys/note-use.ts";
import type { AnswerHeaders } from "../answer/answer-headers.ts";
import { readBody } from "../body/body.ts";
import { countCompany } from "../rate-limits/rate-limit.ts";
import { callOf, linkOrigin } from "../request/call.ts";
import type { AppContext, Served } from "../request/context.ts";
import type { Route } from "../route.ts";
import { requireScope } from "../scope.ts";

/** Asks the policy of a route, before anything else of the request is read. @throws 401, 403, 404 or 429. */
export async function admit(c: AppContext, route: Route): Promise<Served> {
  const headers: AnswerHeaders = { set: {}, added: [] };
  const actor = c.get("actor");
  const call = callOf(c, headers);
  requireScope(route.spec, actor, { page: c.req.header("Origin"), own: linkOrigin(call) });
  const admitted = await route.admit({
    ...call,
    actor: actor ?? null,
    params: c.req.param(),
    query: (name) => c.req.query(name),
    readBody: () => readBody(c, route.spec.form ?? false),
  });
  const { companyId } = admitted;
  if (companyId) await countCompany(c.env, companyId, c.get("now"));
  c.set("companyId", companyId);
  const noted = actor?.kind === "api_key" ? noteUse(c.env, actor.keyId, c.get("now")) : null;
  if (noted) c.executionCtx.waitUntil(noted);
  return { ...admitted, headers };
}
