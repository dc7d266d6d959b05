import { beforeAll, expect, test } from "vitest";
import { type Field, fieldsOf, placeOf, pointerOf, withText } from "./cases/fields.ts";
import {
  acceptsJson,
  createSurroundings,
  type RightRequest,
  type Surroundings,
  send,
  subjectsOf,
} from "./cases/requests.ts";
import { allRows, watchWrites, written } from "./cases/writes.ts";

/**
 * A key that a body has twice: what decides the access and what does the work must see the same of the two
 * (RFC 8259, section 4, leaves open which).
 */

/** Fields that name what a customer has, and what the other customer has of the kind. */
const THEIRS: Record<string, (around: Surroundings) => number> = {
  company_id: ({ theirs }) => theirs.company.id,
  parent_company_id: ({ theirs }) => theirs.company.id,
  user_id: ({ theirs }) => theirs.owner.id,
};

const subjects = subjectsOf(acceptsJson);
const places = subjects.flatMap((subject) =>
  fieldsOf(subject.spec)
    .filter((field) => nameOf(field) in THEIRS)
    .map((field) => ({ subject, field })),
);

let around: Surroundings;
const tried = new Set<string>();

beforeAll(async () => {
  around = await createSurroundings();
  await watchWrites();
});

test.each(places.map((one) => [`${one.subject.name} ${pointerOf(one.field)}`, one] as const))(
  "%s",
  async (_, { subject, field }) => {
    const theirs = THEIRS[nameOf(field)]?.(around) ?? 0;
    const request = await subject.request(around);
    const mine = valueAt(request, field);
    if (mine === undefined) return;
    tried.add(placeOf(subject.spec, field));
    const before = await rowsOfTheirs();
    await written();

    const refused = await send(request, twice(request, field, mine, theirs));
    expect([403, 404, 422], await refused.text()).toContain(refused.status);
    expect(await written()).toEqual([]);

    const taken = await send(request, twice(request, field, theirs, mine));
    const told = await taken.text();
    expect(taken.status, told).toBe(subject.spec.response.status);
    expect(told).not.toContain(around.theirs.word);
    expect(await rowsOfTheirs()).toEqual(before);
  },
);

const inQuery = subjects.filter(
  ({ spec: { access } }) => "in" in access.declares && access.declares.in === "body_or_query",
);

test.each(inQuery.map((one) => [one.name, one] as const))(
  "%s, in the body and in the query",
  async (_, subject) => {
    const [field] = fieldsOf(subject.spec).filter((one) => nameOf(one) in THEIRS);
    if (!field) throw new Error("no field");
    const name = nameOf(field);
    const theirs = THEIRS[name]?.(around) ?? 0;
    const request = await subject.request(around);
    const mine = valueAt(request, field);
    const before = await rowsOfTheirs();
    const both = async (inBody: unknown, inQuery: unknown) => {
      const path = `${request.path}?${name}=${inQuery}`;
      return (await send({ ...request, path }, JSON.stringify({ [name]: inBody }))).status;
    };
    expect([403, 404, 422]).toContain(await both(theirs, mine));
    expect([subject.spec.response.status, 400, 404, 422]).toContain(await both(mine, theirs));
    expect(await rowsOfTheirs()).toEqual(before);
  },
);

test("every field that names a company or a user was tried", () => {
  const all = places.map(({ subject, field }) => placeOf(subject.spec, field));
  expect(all.filter((one) => !tried.has(one))).toEqual([]);
});

function nameOf({ path }: Field): string {
  return String(path.at(-1));
}

function valueAt({ json }: RightRequest, { path }: Field): unknown {
  // biome-ignore lint/suspicious/noExplicitAny: a body may be anything.
  return path.reduce((value: any, part) => value?.[part], json);
}

function twice({ json }: RightRequest, field: Field, first: unknown, second: unknown): string {
  return withText(json, field, `${first},"${nameOf(field)}":${second}`) ?? "";
}

/** All that is stored of the other customer. */
async function rowsOfTheirs(): Promise<unknown[]> {
  const { company, owner } = around.theirs;
  return (await allRows()).filter(
    (row) =>
      row.company_id === company.id ||
      row.parent_company_id === company.id ||
      row.user_id === owner.id ||
      row.email === owner.email ||
      row.name === company.name,
  );
}
