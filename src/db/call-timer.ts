import { CallTimedOut } from "./errors.ts";

interface PendingCall {
  /** How long it may take, and until when, in milliseconds. */
  timeLimit: number;
  deadline: number;
  reject(error: CallTimedOut): void;
}

/**
 * Ends calls that get no answer in time. All calls of an invocation share one timer: to set and to clear one for each
 * costs the Worker more than the rest of what it does for a call.
 */
export class CallTimer {
  readonly #pending = new Set<PendingCall>();
  #isRunning = false;

  /** Waits for an answer, but not for long. @throws {@link CallTimedOut} */
  limit<T>(answer: Promise<T>, timeLimit: number): Promise<T> {
    return new Promise((resolve, reject) => {
      const call = { timeLimit, deadline: Date.now() + timeLimit, reject };
      this.#pending.add(call);
      // After a timeout a late failure is handled here too, and changes nothing.
      answer.then(
        (value) => {
          this.#pending.delete(call);
          resolve(value);
        },
        (error) => {
          this.#pending.delete(call);
          reject(error);
        },
      );
      if (!this.#isRunning) this.#start(timeLimit);
    });
  }

  /** The timer is never cleared, only looked at: what keeps a command of Node running is the call itself. */
  #start(milliseconds: number): void {
    this.#isRunning = true;
    const timer: { unref?: () => void } | number = setTimeout(() => this.#endLateCalls(), milliseconds);
    if (typeof timer === "object") timer.unref?.();
  }

  #endLateCalls(): void {
    this.#isRunning = false;
    const now = Date.now();
    let next = Number.POSITIVE_INFINITY;
    for (const call of this.#pending) {
      if (call.deadline > now) {
        next = Math.min(next, call.deadline);
        continue;
      }
      this.#pending.delete(call);
      call.reject(new CallTimedOut(call.timeLimit));
    }
    if (this.#pending.size > 0) this.#start(next - now);
  }
}
