import { expect, test } from "vitest";
import {
  averagePace,
  type ChunkPace,
  recordsPerSecond,
  secondsLeft,
} from "../../../src/imports/events/pace.ts";

/** Chunks of 2,000 records that took so long each, the newest first. */
function chunksOf(milliseconds: number[]): ChunkPace[] {
  const times = [1_000_000];
  for (const one of milliseconds) times.push((times.at(-1) ?? 0) + one);
  return times.map((at) => [2000, at] as const).reverse();
}

test("the speed is that of the last chunks together, and a single slow one hardly moves it", () => {
  const even = recordsPerSecond(chunksOf(Array(20).fill(100))) ?? 0;
  expect(even).toBe(20_000);
  const slowOnce = recordsPerSecond(chunksOf([...Array(19).fill(100), 300])) ?? 0;
  expect(slowOnce / even).toBeGreaterThan(0.9);
});

test("a pause, as before a retry, counts as seconds and not as hours", () => {
  const pace = recordsPerSecond(chunksOf([100, 3_600_000, 100])) ?? 0;
  expect(pace).toBeGreaterThan(300);
});

test("nothing is said of one chunk, and clocks that differ make no nonsense", () => {
  expect(recordsPerSecond([])).toBeNull();
  expect(recordsPerSecond(chunksOf([]))).toBeNull();
  expect(recordsPerSecond(chunksOf([-50, 100]))).toBeGreaterThan(0);
  expect(averagePace(1000, 0)).toBe(1_000_000);
});

test("the seconds left follow the bytes, in steps", () => {
  const left = (bytesRead: number, pace: number | null, processed = 1000) =>
    secondsLeft({ processed, bytesRead, bytes: 1_000_000 }, pace);
  expect(left(500_000, 100)).toBe(10);
  expect(left(100_000, 100)).toBe(90);
  expect(left(1_000, 100)).toBe(9990);
  expect(left(1_000_000, 100)).toBe(0);
  expect([left(0, 100), left(10, null), left(10, 5, 0)]).toEqual([null, null, null]);
});
