import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { CallTimer } from "../../src/db/call-timer.ts";
import { CallTimedOut } from "../../src/db/errors.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("stopped when its calls have ended, it leaves no timer", async () => {
  const timer = new CallTimer();
  await timer.limit(Promise.resolve(1), 10_000);
  await expect(timer.limit(Promise.reject(new Error("no")), 10_000)).rejects.toThrow("no");
  expect(vi.getTimerCount()).toBe(1);
  timer.stop();
  expect(vi.getTimerCount()).toBe(0);
  await timer.limit(Promise.resolve(2), 10_000);
  expect(vi.getTimerCount()).toBe(1);
});

test("stopped while a call waits, it still ends that", async () => {
  const timer = new CallTimer();
  const late = timer.limit(new Promise(() => {}), 10_000);
  timer.stop();
  vi.advanceTimersByTime(10_000);
  await expect(late).rejects.toThrow(CallTimedOut);
});
