import { createExecutionContext, createMessageBatch, getQueueResult } from "cloudflare:test";
import worker from "../../src/index.ts";
import { sleep } from "./simulation.ts";

/** As in wrangler.toml: how often a message is tried again, and where it goes after that. */
interface Settings {
  maxRetries: number;
  retryDelay: number;
  deadLetters?: string;
}

/** Queues on the simulated clock: at least once, with delays, and with dead letters. */
export function simulateQueues(settings: Record<string, Settings>) {
  const waiting = new Set<Promise<void>>();
  let dropped = 0;

  const deliver = async (env: Env, queue: string, body: unknown, attempts: number): Promise<void> => {
    const { maxRetries, retryDelay, deadLetters } = settings[queue] as Settings;
    const id = crypto.randomUUID();
    const batch = createMessageBatch(queue, [{ id, timestamp: new Date(), attempts, body }]);
    const retried = await consume(env, batch);
    if (!retried) return;
    if (attempts > maxRetries) {
      if (deadLetters) later(env, deadLetters, body, 1, 0);
      else dropped += 1;
      return;
    }
    later(env, queue, body, attempts + 1, (retried.delaySeconds ?? retryDelay) * 1000);
  };

  const later = (env: Env, queue: string, body: unknown, attempts: number, milliseconds: number): void => {
    const delivered: Promise<void> = sleep(milliseconds)
      .then(() => deliver(env, queue, body, attempts))
      .finally(() => waiting.delete(delivered));
    waiting.add(delivered);
  };

  return {
    /** A producer of a queue, whose messages are delivered with the bindings of `envOf`. */
    producer: (queue: string, envOf: () => Env) => ({
      send: async (body: unknown, options?: { delaySeconds?: number }) =>
        later(envOf(), queue, body, 1, 10 + (options?.delaySeconds ?? 0) * 1000),
    }),
    /** How many messages are on their way. */
    waiting: () => waiting.size,
    /** How many messages were given up without a queue for dead letters. */
    dropped: () => dropped,
  };
}

/** Hands a batch of one message to the Worker. @returns how it is to be retried, or `null` where it was dealt with. */
async function consume(env: Env, batch: MessageBatch<unknown>): Promise<{ delaySeconds?: number } | null> {
  const context = createExecutionContext();
  try {
    await worker.queue(batch as never, env);
  } catch {
    return {};
  }
  const { retryBatch, retryMessages } = await getQueueResult(batch, context);
  return retryMessages[0] ?? (retryBatch.retry ? retryBatch : null);
}
