import { beforeAll, expect, test } from "vitest";
import { wrongAt } from "./addresses.ts";
import { createSurroundings, type Surroundings, subjectsOf } from "./requests.ts";
import { IN_ADDRESSES, shareOf } from "./strings.ts";
import { watchWrites } from "./writes.ts";

const all = subjectsOf(({ path }) => path.includes("{"));
/** One for each route. */
const subjects = all.filter((one, index) => all.findIndex(({ spec }) => spec === one.spec) === index);

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
  for (const [place, part] of spec.path.split("/").entries()) {
    if (!part.startsWith("{")) continue;
    for (const value of [...IN_ADDRESSES, ...segmentsFor(places++)]) {
      if (spec.limit) asked = await request(around);
      const [path = "", query] = asked.path.split("?");
      const address = path.split("/").with(place, value).join("/") + (query ? `?${query}` : "");
      // An operator, whom every company would be open to, comes further.
      for (const token of new Set([asked.token, around.operator.token])) {
        surprises.push(...(await wrongAt({ ...asked, token }, address, `/${part.slice(1, -1)}`, false)));
      }
    }
  }
  expect(surprises).toEqual([]);
});

/** Naughty strings as they stand in a path, but for those that are ids, and those that URLs resolve. */
function segmentsFor(place: number): string[] {
  return shareOf(place)
    .map((one) => encodeURIComponent(one))
    .filter((one) => !/^(\.\.?|[1-9]\d*)$/.test(one));
}
