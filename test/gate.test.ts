import { expect, test, vi } from "vitest";
import { openGate } from "../src/gate.ts";

const open = () => openGate<string>({ space: 10, longestMs: 1000, refuse: () => new Error("refused") });
const hold = () => Promise.withResolvers<void>();

test("lets through what there is space for, beside other keys", async () => {
  const gate = open();
  const held = hold();
  const inside = [6, 4].map((weight) => gate.run("a", weight, () => held.promise, 0));
  await expect(gate.run("a", 1, async () => "in", 20)).rejects.toThrow("refused");
  expect(await gate.run("b", 10, async () => "another", 0)).toBe("another");
  held.resolve();
  await Promise.all(inside);
  expect(await gate.run("a", 10, async () => "later", 0)).toBe("later");
});

test("runs alone what is heavier than all of its space", async () => {
  const gate = open();
  const held = hold();
  const heavy = gate.run("a", 99, () => held.promise, 0);
  await expect(gate.run("a", 1, async () => {}, 0)).rejects.toThrow("refused");
  held.resolve();
  await heavy;
});

test("keeps the order in which they came: what is light does not pass by what is heavy", async () => {
  const gate = open();
  const held = hold();
  const order: string[] = [];
  const first = gate.run("a", 9, () => held.promise, 0);
  const heavy = gate.run("a", 10, async () => void order.push("heavy"), 5000);
  const small = gate.run("a", 1, async () => void order.push("small"), 5000);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(order).toEqual([]);
  held.resolve();
  await Promise.all([first, heavy, small]);
  expect(order).toEqual(["heavy", "small"]);
});

test("frees the space of what failed, and of what broke off inside or in the line", async () => {
  const gate = open();
  await expect(gate.run("a", 10, () => Promise.reject(new Error("failed")), 0)).rejects.toThrow("failed");
  void gate.run("a", 10, () => new Promise(() => {}), 0);
  const waiting = gate.run("a", 10, async () => "waited", 60_000);
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 2000 });
  try {
    expect(await gate.run("a", 10, async () => "in", 5000)).toBe("in");
    expect(await waiting).toBe("waited");
  } finally {
    vi.useRealTimers();
  }
});
