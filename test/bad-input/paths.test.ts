import { beforeAll, expect, test } from "vitest";
import { createUser } from "../harness/factories.ts";
import { howMany } from "../harness/runtime/how-many.ts";
import { type OtherAddress, wrongAt } from "./cases/addresses.ts";
import { createSurroundings, eachRoute, type Surroundings } from "./cases/requests.ts";
import { inAddressFor, shareOf } from "./cases/strings.ts";
import { watchWrites, written } from "./cases/writes.ts";

const subjects = eachRoute(({ path }) => path.includes("{"));

let around: Surroundings;
let places = 0;

beforeAll(async () => {
  around = await createSurroundings();
  await watchWrites();
});

test.each(subjects.map((one) => [one.name, one] as const))("%s", async (_, { spec, request }) => {
  const surprises: string[] = [];
  // Nothing of it is used up, since all of it is to be refused.
  let asked = await request(around);
  let operator = await createUser({ operator: true });
  await written();
  for (const [place, part] of spec.path.split("/").entries()) {
    if (!part.startsWith("{")) continue;
    const others: OtherAddress[] = [];
    const own = inAddressFor(places);
    for (const value of [...own, ...segmentsFor(places++)]) {
      if (spec.limit) {
        [asked, operator] = [await request(around), await createUser({ operator: true })];
        await written();
      }
      const [path = "", query] = asked.path.split("?");
      const address = path.split("/").with(place, value).join("/") + (query ? `?${query}` : "");
      // An operator, whom every company would be open to, comes further.
      const further = own.includes(value) ? [operator.token] : [];
      for (const token of new Set([asked.token, ...further])) {
        others.push({ path: address, pointer: `/${part.slice(1, -1)}`, taken: false, token });
      }
      if (spec.limit) surprises.push(...(await wrongAt(asked, others.splice(0))));
    }
    surprises.push(...(await wrongAt(asked, others)));
  }
  expect(surprises).toEqual([]);
});

const SHARERS = howMany(128, 24);

/** Naughty strings as they stand in a path, but for those that are ids, and those that URLs resolve. */
function segmentsFor(place: number): string[] {
  return shareOf(place, SHARERS)
    .map((one) => encodeURIComponent(one))
    .filter((one) => !/^(\.\.?|[1-9]\d*)$/.test(one));
}
