import type { Actor } from "../../auth/actor.ts";
import type { Tenant } from "../../db/leads/tenant.ts";
import type { AppContext } from "../context.ts";
import type { Route } from "../route.ts";
import { type Creation, UNKEYED } from "./creation.ts";
import { describeRequest } from "./keyed-request.ts";
import type { KeptAnswer } from "./requests.ts";
import { runOnce } from "./run-once.ts";

/** Headers of an answer that are part of it, and come again with it. */
const KEPT_HEADERS = ["Location", "ETag"];

/**
 * Answers a request that creates something, once for its `Idempotency-Key`.
 *
 * @param input what the route's handler gets, checked.
 * @param respond makes an answer of what the handler gives.
 * @throws 409 while another try is at work, 422 where the key came with another request.
 */
export async function answerOnce(
  c: AppContext,
  { spec, handle, recover }: Route,
  input: object,
  respond: (result: unknown) => Response,
): Promise<Response> {
  const create = async (creation: Creation) => respond(await handle({ ...input, creation } as never));
  const key = c.req.header("Idempotency-Key");
  if (key === undefined) return create(UNKEYED);
  const { operationId: operation } = spec;
  if (!recover) throw new Error(`${operation} creates without saying how its answer is recovered`);
  const request = await describeRequest({
    userId: (c.get("actor") as Actor | undefined)?.userId ?? null,
    key,
    operation,
    address: `${c.req.method} ${c.req.path}?${new URL(c.req.url).searchParams}`,
    body: c.get("body")?.value ?? null,
  });
  const answer = await runOnce(
    homeOf(c),
    request,
    {
      create: async (creation) => keptAnswer(await create(creation)),
      recover: async (objectId) => keptAnswer(respond(await recover(input as never, objectId))),
    },
    c.get("now"),
  );
  return replay(answer);
}

/** The database of what a route creates: the lead store that it was granted, else the directory. */
function homeOf(c: AppContext): D1Database {
  const { tenant } = c.get("granted") as { tenant?: Tenant };
  return tenant ? tenant.client : c.get("databases").directoryClient;
}

async function keptAnswer(response: Response): Promise<KeptAnswer> {
  const kept = KEPT_HEADERS.map((name) => [name, response.headers.get(name)] as const);
  return {
    status: response.status,
    body: await response.text(),
    headers: Object.fromEntries(kept.filter((entry): entry is [string, string] => entry[1] !== null)),
  };
}

/** A kept answer as a response, which says whether it is given again. */
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
