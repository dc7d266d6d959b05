import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ROOT } from "../../../src/cli/root.ts";
import { ROUTES } from "../../../src/routes.ts";
import { type ApiParty, startApi } from "../../client/api-party.ts";
import { runCollection } from "./run-collection.ts";

const collection = JSON.parse(readFileSync(join(ROOT, ".build/assets/postman.json"), "utf8"));

let api: ApiParty;

beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api?.close());

/** How many requests may meet something that the demo does not have: pictures, deliveries, invitations of one's own. */
const MOST_NOT_FOUND = 20;

test("the collection of the build has every operation, and runs on the demo's data by itself", async () => {
  const ran = await runCollection(collection, `${api.worker.url}/api/v1`);
  expect(ran).toHaveLength(ROUTES.length);
  const of = (status: (status: number) => boolean) => ran.filter((one) => status(one.status));
  const [unauthorized, notFound, broken] = [of((s) => s === 401), of((s) => s === 404), of((s) => s >= 500)];
  const good = of((s) => s < 400).length;
  // biome-ignore lint/suspicious/noConsole: the figures that this test is run for.
  console.log(
    `postman: ${ran.length} requests, ${good} well, ${unauthorized.length} × 401, ${notFound.length} × 404, ` +
      `${of((s) => [400, 403, 409, 410, 412, 422].includes(s)).length} refused, ${broken.length} × 5xx`,
  );
  expect(unauthorized).toEqual([]);
  expect(broken).toEqual([]);
  expect(
    notFound.length,
    JSON.stringify(
      of((s) => s >= 400),
      null,
      1,
    ),
  ).toBeLessThanOrEqual(MOST_NOT_FOUND);
  expect(
    good,
    JSON.stringify(
      of((s) => s >= 400),
      null,
      1,
    ),
  ).toBeGreaterThan(ran.length / 2);
});
