import { beforeAll, expect, test } from "vitest";
import { howMany } from "../harness/runtime/how-many.ts";
import { type Field, fieldsOf, type JsonType, placeOf, pointerOf, withText } from "./cases/fields.ts";
import { wrongIn, wrongWith } from "./cases/refusals.ts";
import {
  acceptsJson,
  createSurroundings,
  type RightRequest,
  type Surroundings,
  send,
  subjectsOf,
} from "./cases/requests.ts";
import { watchWrites, written } from "./cases/writes.ts";

/** Less deep than what makes a body as a whole malformed; see src/http/body/body.ts. */
const DEEP = 50;

/** Texts of JSON, and what each is: every field gets these, or every third where its kind was tried before, */
const VALUES: [JsonType, string][] = [
  ["null", "null"],
  ["boolean", "true"],
  ["integer", "9007199254740993"],
  ["number", "1.5"],
  ["number", "1e400"],
  ["string", '"text"'],
  ["array", "[]"],
  ["object", "{}"],
];

/** and by turns two of these. */
const MORE_VALUES: [JsonType, string][] = [
  ["integer", "0"],
  ["integer", "-0"],
  ["integer", "-1"],
  ["integer", "9007199254740992"],
  ["integer", "1e300"],
  ["string", '""'],
  ["string", '"1"'],
  ["array", "[null]"],
  ["array", '["text"]'],
  ["array", "[".repeat(DEEP) + "]".repeat(DEEP)],
  ["object", '{"id":1}'],
  ["object", '{"a":'.repeat(DEEP) + "1".padEnd(DEEP + 1, "}")],
];

/** How often a field of a name and of the same types was tried: those of many bodies are read by the same schemas. */
const tried = new Map<string, number>();
const OFTEN = howMany(1, Number.POSITIVE_INFINITY);

function valuesFor({ path, types }: Field, place: number): [JsonType, string][] {
  const values = [...VALUES, ...MORE_VALUES.filter((_, index) => index % 6 === place % 6)];
  const kind = `${path.at(-1)} ${types}`;
  const times = tried.get(kind) ?? 0;
  tried.set(kind, times + 1);
  return times < OFTEN ? values : values.filter((_, index) => index % 3 === place % 3);
}

const subjects = subjectsOf(acceptsJson);

let around: Surroundings;
const reached = new Set<string>();

beforeAll(async () => {
  around = await createSurroundings();
  await watchWrites();
});

test.each(subjects.map((one) => [one.name, one] as const))("%s", async (_, subject) => {
  const surprises: string[] = [];
  for (const field of fieldsOf(subject.spec)) {
    const place = placeOf(subject.spec, field);
    if (reached.has(place)) continue;
    let request: RightRequest | undefined = await subject.request(around);
    if (withText(request.json, field, "null") === null) continue;
    reached.add(place);
    const isPossible = ([type]: [JsonType, string]) =>
      field.types.includes(type) || (type === "integer" && field.types.includes("number"));
    const values = valuesFor(field, reached.size);
    const alone = values.filter((one) => isPossible(one) || subject.spec.limit);
    // What is of the right type may be refused for another reason, or taken; then it is used up.
    for (const one of alone) {
      request ??= await subject.request(around);
      await written();
      const answer = await send(request, withText(request.json, field, one[1]) ?? "");
      const problems = isPossible(one) && answer.ok ? [] : await wrongWith(answer, pointerOf(field));
      surprises.push(...problems.map((wrong) => `${pointerOf(field)} as ${one[1].slice(0, 40)}: ${wrong}`));
      // What was refused has used nothing up.
      if (answer.ok || subject.spec.limit) request = undefined;
    }
    // All others are to be refused, and use nothing up.
    const right = request ?? (await subject.request(around));
    await written();
    const together = values.filter((one) => !alone.includes(one));
    const problems = together.map(async ([, value]) => {
      const answer = await send(right, withText(right.json, field, value) ?? "");
      const wrong = await wrongIn(answer, pointerOf(field));
      return wrong.map((one) => `${pointerOf(field)} as ${value.slice(0, 40)}: ${one}`);
    });
    surprises.push(...(await Promise.all(problems)).flat());
    // What a request before was allowed to do is carried into the trail after its answer.
    const wrote = (await written()).filter((one) => one !== "audit_outbox delete");
    if (wrote.length > 0) surprises.push(`${pointerOf(field)} of a wrong type wrote ${wrote}`);
  }
  expect(surprises).toEqual([]);
});

test("every field of every body was tried", () => {
  // Where one is missing, test/bad-input/cases/more-cases.ts needs a request that has it.
  const all = subjects.flatMap(({ spec }) => fieldsOf(spec).map((field) => placeOf(spec, field)));
  expect([...new Set(all)].filter((one) => !reached.has(one))).toEqual([]);
});
