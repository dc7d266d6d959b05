import { beforeAll, expect, test } from "vitest";
import { fieldsOf, type JsonType, placeOf, pointerOf, withText } from "./fields.ts";
import { wrongWith } from "./refusals.ts";
import { createSurroundings, type Surroundings, send, subjectsOf, takesJson } from "./requests.ts";
import { watchWrites, written } from "./writes.ts";

/** Less deep than what makes a body as a whole malformed; see src/http/body/body.ts. */
const DEEP = 50;

/** Texts of JSON, and what each is: every field gets these, */
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

function valuesFor(place: number): [JsonType, string][] {
  return [...VALUES, ...MORE_VALUES.filter((_, index) => index % 6 === place % 6)];
}

const subjects = subjectsOf(takesJson);

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
    let request = await subject.request(around);
    if (withText(request.json, field, "null") === null) continue;
    reached.add(place);
    for (const [type, value] of valuesFor(reached.size)) {
      // What is of the right type may be refused for another reason, or taken; then it is used up.
      const possible = field.types.includes(type) || (type === "integer" && field.types.includes("number"));
      if (possible || subject.spec.limit) request = await subject.request(around);
      await written();
      const answer = await send(request, withText(request.json, field, value) ?? "");
      const found = possible && answer.ok ? [] : await wrongWith(answer, pointerOf(field));
      surprises.push(...found.map((one) => `${pointerOf(field)} as ${value.slice(0, 40)}: ${one}`));
    }
  }
  expect(surprises).toEqual([]);
});

test("every field of every body was tried", () => {
  // Where one is missing, test/bad-input/more-cases.ts needs a request that has it.
  const all = subjects.flatMap(({ spec }) => fieldsOf(spec).map((field) => placeOf(spec, field)));
  expect([...new Set(all)].filter((one) => !reached.has(one))).toEqual([]);
});
