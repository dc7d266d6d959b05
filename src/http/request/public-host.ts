import { lruCache } from "../../lru-cache.ts";

/**
 * Names and addresses that lead nowhere on the internet: this machine, its network, and what is reserved.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6761 (reserved names), rfc1918, rfc4193 (private addresses)
 */
const PRIVATE_HOSTS = [
  // One label alone: localhost, or another container.
  /^[^.:]+$/,
  /\.(?:localhost|local|internal|test|example|invalid)$/,
  /^(?:[^.]+\.)*example\.(?:com|net|org)$/,
  /^(?:127|10)(?:\.\d+){3}$/,
  /^192\.168(?:\.\d+){2}$/,
  /^172\.(?:1[6-9]|2\d|3[01])(?:\.\d+){2}$/,
  /^\[(?:::1|f[cd][0-9a-f]{2}:.*|fe80:.*)\]$/,
];

/** Whether an origin is private, of those that were asked for last: a client asks for one and the same. */
const origins = lruCache<boolean>(100);

/** @param url of a request, as the platform has written it. */
function isPrivate(url: string): boolean {
  const end = url.indexOf("/", "https://".length);
  const origin = end < 0 ? url : url.slice(0, end);
  let known = origins.get(origin);
  if (known === undefined) {
    const { hostname } = new URL(origin);
    known = PRIVATE_HOSTS.some((pattern) => pattern.test(hostname));
    origins.set(origin, known);
  }
  return known;
}

/**
 * Refuses to serve the local installation to the internet: the passwords of its users are public.
 *
 * @returns the refusal, or `null` where the request may go on.
 */
export function refuseInPublic(request: Request, env: Env): Response | null {
  if (env.ENVIRONMENT !== "local") return null;
  if (isPrivate(request.url)) return null;
  return new Response(
    "This Worker is configured as a local installation, and answers on private addresses alone. " +
      "Deploy it with `npm run deploy -- --env production`.\n",
    { status: 503, headers: { "Content-Type": "text/plain", "Cache-Control": "no-store" } },
  );
}
