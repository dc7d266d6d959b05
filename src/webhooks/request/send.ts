import type { Attempt } from "../../db/leads/schema.ts";
import { SecretUnreadable, unseal } from "../secrets/seal.ts";
import { signingSecrets } from "../secrets/secrets.ts";
import type { LeasedWebhook } from "../sending/load-webhook.ts";
import type { SendingPorts } from "../sending/ports.ts";
import { checkTarget } from "../target/check-target.ts";
import { TargetRefused } from "../target/check-url.ts";
import { ResolverFailed } from "../target/resolve.ts";
import type { Failure } from "./failures.ts";
import { notSent, post } from "./post.ts";
import { signedHeaders } from "./sign.ts";

/** What is sent to a webhook: an event, or a ping. */
export interface Message {
  /** The same however often it is sent. */
  eventId: string;
  body: string;
}

/** Sends messages to a webhook side by side, after a look at where it leads. @returns what came of each. */
export async function sendAll(
  { settings, now, timeout }: Pick<SendingPorts, "settings" | "now" | "timeout">,
  { url, companyId, secrets: kept }: Pick<LeasedWebhook, "url" | "companyId" | "secrets">,
  messages: readonly Message[],
): Promise<Attempt[]> {
  try {
    const signing = signingSecrets(kept, now());
    const secrets = signing.map(({ sealed }) => unseal(settings, companyId, sealed));
    const target = await checkTarget(settings, url);
    return await Promise.all(
      messages.map(({ eventId, body }) => {
        const at = now();
        return post({ url: target, headers: signedHeaders(secrets, eventId, at, body), body }, at, timeout);
      }),
    );
  } catch (error) {
    const at = now();
    return messages.map(() => notSent(reasonOf(error), at));
  }
}

/** Why nothing was sent, in a word. @throws what is nobody's address and nobody's secret. */
function reasonOf(error: unknown): Failure {
  if (error instanceof TargetRefused) return error.code;
  if (error instanceof ResolverFailed) return "name_not_looked_up";
  if (error instanceof SecretUnreadable) return "secret_unreadable";
  throw error;
}
