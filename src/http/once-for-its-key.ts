import { createHmac } from "node:crypto";
import type { Actor } from "../auth/actor.ts";
import type { AppContext } from "./context.ts";
import { oncePerKey } from "./idempotency.ts";

/**
 * Runs a request that creates something once for its `Idempotency-Key`.
 *
 * What was asked for is kept as a keyed hash, since a body may hold a password. Whoever is not signed in has no
 * keys of their own, so there the body is part of the key: two strangers never meet at one.
 *
 * @throws 409 while the first one runs, 422 where the key came with another request.
 */
export async function onceForItsKey(c: AppContext, run: () => Promise<Response>): Promise<Response> {
  const key = c.req.header("Idempotency-Key");
  if (key === undefined) return run();
  const actor = c.get("actor") as Actor | undefined;
  const fingerprint = createHmac("sha256", c.env.LINK_KEY)
    .update(`${c.req.method} ${c.req.path}?${new URL(c.req.url).searchParams}\n`)
    .update(new Uint8Array(await c.req.arrayBuffer()))
    .digest("hex");
  const answer = await oncePerKey(
    c.get("databases").directory,
    {
      userId: actor?.userId ?? NOBODY,
      key: actor ? key : `${key.slice(0, 128)}/${fingerprint}`,
      fingerprint,
      now: c.get("now"),
    },
    async () => {
      const first = await run();
      return { status: first.status, body: await first.text(), location: first.headers.get("Location") };
    },
  );
  return new Response(answer.body, {
    status: answer.status,
    headers: {
      "Content-Type": "application/json",
      ...(answer.location && { Location: answer.location }),
      ...(answer.replayed && { "Idempotent-Replayed": "true" }),
    },
  });
}

/** Keys of those who are not signed in are kept under no user. */
const NOBODY = 0;
