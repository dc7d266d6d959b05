import type { Tenant } from "../../db/leads/tenant.ts";
import type { AppContext } from "../request/context.ts";
import type { RouteSpec } from "../route-spec.ts";
import { type Creation, UNKEYED } from "./creation.ts";
import { placeOf } from "./key-places.ts";
import { describeRequest } from "./keyed-request.ts";
import type { KeptAnswer } from "./requests.ts";
import { runOnce } from "./run-once.ts";

/** Headers of an answer that are part of it, and come again with it. */
const KEPT_HEADERS = ["Location", "ETag"];

/** The steps of a request that creates something. */
interface CreatingSteps {
  create(creation: Creation): Promise<Response>;
  /** The answer for what an earlier try created, by its id. */
  recover: ((objectId: number) => Promise<Response>) | undefined;
}

/**
 * Answers a request that creates something, once for its `Idempotency-Key`.
 *
 * @param tenant of the lead store in which the request creates; without one, it is the directory.
 * @throws 409 while another try is at work, 422 where the key came with another request.
 */
export async function answerOnce(
  c: AppContext,
  { operationId: operation, shownOnce = false }: RouteSpec,
  tenant: Tenant | undefined,
  { create, recover }: CreatingSteps,
): Promise<Response> {
  const key = c.req.header("Idempotency-Key");
  if (key === undefined) return create(UNKEYED);
  if (!recover) throw new Error(`${operation} creates without saying how its answer is recovered`);
  const request = await describeRequest({
    caller: c.get("actor") ?? null,
    key,
    operation,
    address: `${c.req.method} ${c.req.path}?${new URL(c.req.url).searchParams}`,
    body: c.get("body")?.value ?? null,
  });
  const answer = await runOnce(
    placeOf(tenant, c.get("databases")),
    request,
    {
      create: async (creation) => keptAnswer(await create(creation)),
      recover: async (objectId) => keptAnswer(await recover(objectId)),
      shownOnce,
    },
    c.get("now"),
  );
  return replay(answer);
}

async function keptAnswer(response: Response): Promise<KeptAnswer> {
  const kept = KEPT_HEADERS.map((name) => [name, response.headers.get(name)] as const);
  return {
    status: response.status,
    body: await response.text(),
    headers: Object.fromEntries(kept.filter((entry): entry is [string, string] => entry[1] !== null)),
  };
}

/** A kept answer as a response; `Idempotent-Replayed` says whether it is a repetition. */
export function replay({ status, body, headers, replayed }: KeptAnswer & { replayed: boolean }): Response {
  return new Response(body, {
    status,
    headers: {
      "Content-Type": "application/json",
      ...headers,
      ...(replayed && { "Idempotent-Replayed": "true" }),
    },
  });
}
