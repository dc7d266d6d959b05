import { expect, test } from "vitest";
import { enterPlace } from "../../../src/imports/pipeline/chunk-places.ts";

const STORE = 900;

test("chunks beyond four of a store wait until one is written; another store's do not", async () => {
  const places = await Promise.all(Array.from({ length: 4 }, () => enterPlace(STORE)));
  let entered = false;
  const fifth = enterPlace(STORE).then((leave) => {
    entered = true;
    return leave;
  });
  (await enterPlace(STORE + 1))();
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(entered).toBe(false);
  places[2]?.();
  places[2]?.();
  (await fifth)();
  for (const leave of places) leave();
  (await enterPlace(STORE))();
});
