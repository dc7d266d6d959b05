import { CallTimer } from "../db/call-timer.ts";
import { CallTimedOut } from "../db/errors.ts";

/** `warning`: it works, and somebody should look at it before it does not. */
export type CheckStatus = "ok" | "warning" | "down";

/** Why a check is not `ok`. */
export type Reason =
  /** A variable or a secret is missing, or is not what it should be. */
  | "misconfigured"
  /** It did not answer within its time limit. */
  | "timeout"
  /** It answered that it is in trouble. */
  | "unavailable"
  /** The Worker was deployed before the database had its migrations. */
  | "migrations_missing"
  /** A database comes close to the size that D1 allows. */
  | "nearly_full"
  /** What waits has waited for too long, or nothing moves. */
  | "overdue";

/** What came of asking one binding. */
export interface Check {
  name: string;
  status: CheckStatus;
  /** How long the answer took, in milliseconds. */
  ms: number;
  reason?: Reason;
  /** For those who run the installation: figures, and what exactly is wrong. */
  details?: Record<string, unknown>;
}

/** What a binding's own check found, where it answered. */
export type Finding = Pick<Check, "details"> & { reason?: Reason };

/** Reasons that leave a binding of use. */
const WARNINGS: readonly Reason[] = ["nearly_full", "overdue"];

/**
 * Asks one binding.
 *
 * @param timeLimit how long it may take, in milliseconds.
 */
export async function check(name: string, timeLimit: number, ask: () => Promise<Finding>): Promise<Check> {
  const startedAt = Date.now();
  const finding = await new CallTimer().limit(ask(), timeLimit).catch(
    (error: unknown): Finding => ({
      reason: reasonOf(error),
      details: { error: error instanceof Error ? error.message : typeof error },
    }),
  );
  const { reason, details } = finding;
  return {
    name,
    status: reason === undefined ? "ok" : WARNINGS.includes(reason) ? "warning" : "down",
    ms: Date.now() - startedAt,
    ...(reason && { reason }),
    ...(details && { details }),
  };
}

/** Something that {@link check} is to report with a reason of its own. */
export class CheckFailed extends Error {
  readonly reason: Reason;

  constructor(reason: Reason, message: string) {
    super(message);
    this.reason = reason;
  }
}

function reasonOf(error: unknown): Reason {
  if (error instanceof CheckFailed) return error.reason;
  return error instanceof CallTimedOut ? "timeout" : "unavailable";
}
