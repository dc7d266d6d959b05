import { type AnyColumn, type SQL, sql } from "drizzle-orm";

/**
 * How long a lease is valid without progress, in milliseconds. Every checkpoint renews it, so that it ends only where
 * its holder is gone. Somebody who goes on without a lease does no harm: checkpoints are what keeps a job exact.
 */
export const LEASE_MS = 60_000;

/** The right to work on a row, for a while and alone. */
export interface Lease {
  id: string;
  /** How long it is valid from each checkpoint on, in milliseconds. */
  ms: number;
}

/** A new lease for one invocation. */
export function newLease(ms = LEASE_MS): Lease {
  return { id: crypto.randomUUID(), ms };
}

/** The columns that a table of jobs has. */
export interface LeaseColumns {
  leasedUntil: AnyColumn;
  leaseId: AnyColumn;
}

/** What a statement writes that acquires a lease: from then on no message is waiting. */
export function acquire(lease: Lease, now: number) {
  return { leaseId: lease.id, leasedUntil: now + lease.ms, queuedAt: null };
}

/** Until when a lease is valid that a checkpoint renews; one that was lost stays with its present holder. */
export function renew(table: LeaseColumns, lease: Lease, now: number): SQL {
  return sql`iif(${table.leaseId} = ${lease.id}, ${now + lease.ms}, ${table.leasedUntil})`;
}

/**
 * What a statement writes that ends a step.
 *
 * @param queuedAt when the message for the next step is due, in milliseconds since 1970; `null` for none.
 */
export function release(queuedAt: number | null) {
  return { leaseId: null, leasedUntil: null, queuedAt };
}

/**
 * Whether a row can be leased: nobody has a live lease on it, or the caller has it already. Together with
 * {@link acquire} in one UPDATE it is a compare-and-swap.
 */
export function isFree(table: LeaseColumns, lease: Lease | null, now: number): SQL {
  const expired = sql`${table.leasedUntil} IS NULL OR ${table.leasedUntil} <= ${now}`;
  return lease ? sql`(${expired} OR ${table.leaseId} = ${lease.id})` : sql`(${expired})`;
}
