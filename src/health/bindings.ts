import { ConfigurationError, settingsOf } from "../env.ts";
import { CheckFailed, type Finding } from "./check.ts";
import { OVERDUE_MS } from "./databases.ts";

/** Reads every variable and secret, so that what is wrong is known before a request needs it. */
export async function readConfiguration(env: Env): Promise<Finding> {
  try {
    settingsOf(env);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    throw new CheckFailed("misconfigured", error.message);
  }
  return {};
}

/** Asks R2 for an object that is not there. */
export async function askFiles(env: Env): Promise<Finding> {
  await env.FILES.head("health");
  return {};
}

/** Asks a queue for its backlog. */
export async function askQueue(queue: Queue, now: number): Promise<Finding> {
  const { backlogCount, oldestMessageTimestamp } = await queue.metrics();
  // Of an empty queue it is missing, or 1970.
  const oldest = backlogCount > 0 && oldestMessageTimestamp ? oldestMessageTimestamp.getTime() : null;
  return {
    ...(oldest !== null && oldest < now - OVERDUE_MS && { reason: "overdue" as const }),
    details: { backlog: backlogCount, oldest_message_at: oldest && new Date(oldest).toISOString() },
  };
}
