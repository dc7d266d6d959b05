import { notFound } from "../../errors.ts";
import type { AppContext } from "../request/context.ts";

/** A file of the build, with headers that can be added to. @throws 404 where there is no such file. */
export async function asset(c: AppContext, path: string): Promise<Response> {
  const answer = await c.env.ASSETS.fetch(new Request(new URL(path, c.req.url), c.req.raw));
  if (answer.status === 404) throw notFound();
  return new Response(answer.body, answer);
}

/**
 * A page of the build, or what it draws with.
 *
 * @param policy what it may load and call, as a Content-Security-Policy.
 */
export async function assetPage(c: AppContext, path: string, policy: string): Promise<Response> {
  const answer = await asset(c, path);
  answer.headers.set("Content-Security-Policy", policy);
  answer.headers.set("Referrer-Policy", "no-referrer");
  return answer;
}
