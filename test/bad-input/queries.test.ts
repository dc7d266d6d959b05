import { beforeAll, expect, test } from "vitest";
import * as z from "zod";
import type { RouteSpec } from "../../src/http/route-spec.ts";
import { querySchema } from "../../src/http/validation/validate.ts";
import { howMany } from "../harness/runtime/how-many.ts";
import { type OtherAddress, wrongAt } from "./cases/addresses.ts";
import {
  createSurroundings,
  eachRoute,
  type RightRequest,
  type Subject,
  type Surroundings,
} from "./cases/requests.ts";
import { inAddressFor, ownFor, shareOf } from "./cases/strings.ts";
import { watchWrites, written } from "./cases/writes.ts";

const subjects = eachRoute();

let around: Surroundings;
let places = 0;

beforeAll(async () => {
  around = await createSurroundings();
  await watchWrites();
});

test.each(subjects.map((one) => [one.name, one] as const))("%s", async (_, { spec, request }) => {
  const surprises: string[] = [];
  let asked = await freshly(request);
  let queries: { query: string; pointer: string; taken: boolean }[] = [];
  const other = (query: string, pointer: string, taken = false) => queries.push({ query, pointer, taken });
  const ask = async (some: typeof queries) => {
    const addresses = some.map(({ query, pointer, taken }): OtherAddress => {
      const [address, own = ""] = asked.path.split("?");
      const others = new URLSearchParams(own);
      others.delete(pointer.slice(1));
      return { path: `${address}?${others}&${query}`, pointer, taken };
    });
    surprises.push(...(await wrongAt(asked, addresses)));
  };
  const askAll = async () => {
    // What changes something is used up when it is taken, and what is limited is by the next time.
    const usesUp = (one: { taken: boolean }) => spec.limit || (one.taken && asked.method !== "GET");
    await ask(queries.filter((one) => !usesUp(one)));
    for (const one of queries.filter(usesUp)) {
      asked = await freshly(request);
      await ask([one]);
    }
    queries = [];
  };
  const parameters = parametersOf(spec);
  // A list by very many is read by the same few schemas: each parameter then gets a part of the values.
  const parts = Math.ceil(parameters.length / FEW);
  for (const { name, isText } of parameters) {
    asked = await freshly(request);
    const place = places++;
    // Numbers, times and names are read by the same few schemas wherever they stand: each place gets a part.
    const values = isText ? textsFor(place) : inAddressFor(place);
    for (const value of values.filter((_, index) => index % parts === place % parts)) {
      other(`${name}=${value}`, `/${name}`, true);
    }
    if (place % parts === 0) {
      for (const one of [`${name}[]`, `${name}[a]`, name.toUpperCase()]) other(`${one}=1`, `/${one}`);
      other(`${name}=1&${name}=2`, `/${name}`, name.endsWith("_in"));
    }
    await askAll();
  }
  for (const name of ["operator", "toString", "constructor", "__proto__"]) other(`${name}=1`, `/${name}`);
  await askAll();
  expect(surprises).toEqual([]);
});

async function freshly(request: Subject["request"]): Promise<RightRequest> {
  const asked = await request(around);
  await written();
  return asked;
}

const FEW = 8;
const SHARERS = howMany(150, 16);

function textsFor(place: number): string[] {
  const strings = [...ownFor(place), ...shareOf(place, SHARERS)].map((one) =>
    encodeURIComponent(one.toWellFormed()),
  );
  return [...inAddressFor(place), ...strings];
}

/** What a route takes in its query, and whether it is text of any kind. */
function parametersOf({ request, upload }: RouteSpec): { name: string; isText: boolean }[] {
  if (upload) return [];
  const { properties = {} } = z.toJSONSchema(querySchema(request?.query), {
    io: "input",
    unrepresentable: "any",
  });
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    isText:
      typeof schema === "object" && schema.type === "string" && !schema.enum && schema.format !== "date-time",
  }));
}
