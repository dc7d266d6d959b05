import type { Databases } from "../../db/clients.ts";
import type { Tenant } from "../../db/leads/tenant.ts";
import type { Settings } from "../../env.ts";
import type { Lease } from "../../jobs/lease.ts";

/** What the sending of one webhook works with. */
export interface SendingPorts {
  databases: Databases;
  /** The webhook's lead store. */
  tenant: Tenant;
  settings: Settings;
  lease: Lease;
  /** Tells the time, in milliseconds since 1970. */
  now: () => number;
  /** From 0 to 1. */
  random: () => number;
  /** How long a receiver may take, in milliseconds. */
  timeout: number;
}
