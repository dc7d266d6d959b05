import { expect, test } from "vitest";
import { lruCache } from "../src/lru-cache.ts";

test("keeps what was asked for last, and never more than it may", () => {
  const cache = lruCache<number>(3);
  for (const [index, key] of ["a", "b", "c"].entries()) cache.set(key, index);
  expect(cache.get("a")).toBe(0);
  cache.set("d", 3);
  expect(["a", "b", "c", "d"].map((key) => cache.get(key))).toEqual([0, undefined, 2, 3]);
  for (let index = 0; index < 10_000; index++) cache.set(`key ${index}`, index);
  expect(cache.size).toBe(3);
  expect(cache.get("key 9999")).toBe(9999);
  cache.delete("key 9999");
  expect(cache.get("key 9999")).toBeUndefined();
});
