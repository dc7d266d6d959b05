import { Webhook } from "standardwebhooks";

/**
 * The headers of a request to a receiver, with a signature of each secret that is good.
 *
 * @param at milliseconds since 1970: of this try, so that a receiver can refuse what is old.
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function signedHeaders(secrets: readonly string[], id: string, at: number, body: string) {
  const timestamp = new Date(at);
  return {
    "Content-Type": "application/json",
    "User-Agent": "Leadsy-Webhooks/1",
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(at / 1000)),
    "webhook-signature": secrets.map((secret) => new Webhook(secret).sign(id, timestamp, body)).join(" "),
  };
}
