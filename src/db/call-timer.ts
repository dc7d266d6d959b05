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
  #timer: ReturnType<typeof setTimeout> | null = null;

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
      if (this.#timer === null) this.#start(timeLimit);
    });
  }

  /** Clears the timer at the end of an invocation, unless a call still waits, such as that of a body that streams. */
  stop(): void {
    if (this.#timer === null || this.#pending.size > 0) return;
    clearTimeout(this.#timer);
    this.#timer = null;
  }

  /** Where nobody stops it, as in a job, it does not keep a command of Node running: the call itself does. */
  #start(milliseconds: number): void {
    this.#timer = setTimeout(() => this.#endLateCalls(), milliseconds);
    const timer: { unref?: () => void } | number = this.#timer;
    if (typeof timer === "object") timer.unref?.();
  }

  #endLateCalls(): void {
    this.#timer = null;
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
