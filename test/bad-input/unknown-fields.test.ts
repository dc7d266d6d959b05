import { afterAll, beforeAll, expect, test } from "vitest";
import { problemOf } from "../harness/api.ts";
import { howMany } from "../harness/runtime/how-many.ts";
import { type Field, fieldsOf, pointerOf, withText } from "./cases/fields.ts";
import {
  acceptsJson,
  createSurroundings,
  type RightRequest,
  type Subject,
  type Surroundings,
  send,
  subjectsOf,
} from "./cases/requests.ts";
import { watchWrites, written } from "./cases/writes.ts";

/** What a caller might wish to set: columns, and what every object has. Each object gets some of them, by turns. */
const UNKNOWN: [name: string, text: string][] = [
  ["id", "1"],
  ["operator", "true"],
  ["status", '"active"'],
  ["company_id", "1"],
  ["user_id", "1"],
  ["access_id", "1"],
  ["role", '"owner"'],
  ["primary", "true"],
  ["token_version", "0"],
  ["password_hash", '"scrypt$16384$8$5$AAAA$AAAA"'],
  ["avatar_key", '"x"'],
  ["lead_store", "0"],
  ["invited_by", "1"],
  ["accepted_at", "1"],
  ["expires_at", "9999999999999"],
  ["sha256", '"0"'],
  ["created_at", "0"],
  ["firstName", '"x"'],
  ["", "1"],
  ["a/b~c", "1"],
  ["constructor", '{"prototype":{"polluted":true}}'],
  ["prototype", '{"polluted":true}'],
  ["hasOwnProperty", "1"],
  ["toString", "1"],
  ["__defineGetter__", "1"],
  ["__proto__", '{"polluted":true,"operator":true}'],
];

let around: Surroundings;
const before = Object.getOwnPropertyNames(Object.prototype);

beforeAll(async () => {
  around = await createSurroundings();
  await watchWrites();
});

afterAll(() => {
  expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before);
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});

const subjects = subjectsOf(acceptsJson);

test.each(subjects.map((one) => [one.name, one] as const))("%s", async (_, subject) => {
  const surprises: string[] = [];
  let request = await subject.request(around);
  const strangers = strangersTo(subject, request);
  const atOnce = subject.spec.limit ? 1 : SIDE_BY_SIDE;
  for (let from = 0; from < strangers.length; from += atOnce) {
    if (subject.spec.limit) request = await subject.request(around);
    await written();
    const some = strangers.slice(from, from + atOnce);
    const problems = await Promise.all(some.map((stranger) => wrongTo(request, stranger)));
    const wrote = await written();
    surprises.push(...problems.flat());
    if (wrote.length > 0)
      surprises.push(`one of ${some.map(({ field }) => pointerOf(field))} wrote ${wrote}`);
  }
  expect(surprises).toEqual([]);
});

test.each(subjects.map((one) => [one.name, one] as const))(
  "%s, all of it in a prototype",
  async (_, subject) => {
    const request = await subject.request(around);
    const json = JSON.stringify(request.json);
    await written();
    const answer = await send(request, `{"__proto__":${json},"constructor":{"prototype":${json}}}`);
    expect({ status: answer.status, wrote: await written() }).toEqual({ status: 422, wrote: [] });
  },
);

const SIDE_BY_SIDE = 13;

async function wrongTo(request: RightRequest, { field, value }: Stranger): Promise<string[]> {
  const text = withText(request.json, field, value);
  if (text === null) throw new Error(`${pointerOf(field)} has no place`);
  const answer = await send(request, text);
  const problems =
    answer.status === 422 ? await unnamed(answer, field) : [`${answer.status} ${await answer.text()}`];
  return problems.map((one) => `${pointerOf(field)}: ${one}`);
}

interface Stranger {
  field: Pick<Field, "path">;
  value: string;
}

/** Every object gets these. */
const ALWAYS = ["id", "operator", "__proto__"];
const TURNS = howMany(3, 1);
let objectsDone = 0;

function unknownFor(object: number): [name: string, text: string][] {
  return UNKNOWN.filter(([name], index) => ALWAYS.includes(name) || index % TURNS === object % TURNS);
}

/** Some unknown fields in each object of a request, where they are unknown. */
function strangersTo({ spec }: Subject, { json }: RightRequest): Stranger[] {
  const known = fieldsOf(spec);
  const objects = [{ path: [] }, ...known.filter(({ types }) => types.includes("object"))];
  return objects
    .flatMap(({ path }) =>
      unknownFor(objectsDone++).map(([name, value]) => ({ field: { path: [...path, name] }, value })),
    )
    .filter(({ field }) => !known.some((one) => pointerOf(one) === pointerOf(field)))
    .filter(({ field }) => withText(json, field, "1") !== null);
}

async function unnamed(answer: Response, { path }: Pick<Field, "path">): Promise<string[]> {
  const { errors = [] } = await problemOf(answer, 422);
  const pointer = path.map((part) => `/${String(part).replace("~", "~0").replace("/", "~1")}`).join("");
  const problems = errors.some(
    (one: { pointer: string; code: string }) => one.pointer === pointer && one.code === "unknown_field",
  );
  return problems ? [] : [JSON.stringify(errors)];
}
