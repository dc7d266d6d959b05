import { type Databases, openDatabases } from "../db/clients.ts";

/** One run of the cron: its chores share the invocation's databases, and with them the statement budget. */
export interface ScheduledRun {
  env: Env;
  databases: Databases;
  /** When it was due, in milliseconds since 1970. */
  now: number;
}

/** Opens what the chores of one run of the cron need. @param now milliseconds since 1970. */
export function openScheduledRun(env: Env, now: number): ScheduledRun {
  return { env, databases: openDatabases(env, { for: "job" }), now };
}
