import { describe, expect, it } from "vitest";
import { parseObject } from "../../../../src/imports/readers/json/parse-object.ts";
import { repeatedKey } from "../../../../src/imports/readers/json/repeated-keys.ts";
import { seededRandom } from "../../seeded-random.ts";

const repeated = (text: string) => repeatedKey(text, parseObject(text) ?? {});

describe("a key that an object has several times", () => {
  it.each([
    ['{"a":1,"a":2}', "a"],
    ['{"a" : 1, "a"\t: 2}', "a"],
    ['{"a":1,"b":"x","a":""}', "a"],
    ['{"a":1,"\\u0061":2}', "a"],
    ['{"a\\"b":1,"a\\"b":2}', 'a"b'],
    ['{"a":{"x":1,"y":2,"x":3}}', "a"],
    ['{"a":[{"x":1},{"x":1,"x":2}],"b":1}', "a"],
    ['{"":1,"":2}', ""],
    ['{"__proto__":1,"__proto__":2}', "__proto__"],
    ['{"a":"","a":"x","a":"y"}', "a"],
  ])("is told: %s", (text, key) => expect(repeated(text)).toBe(key));

  it.each([
    '{"a":1,"b":2}',
    '{"a":1,"a":1}',
    '{"a":null,"a":1}',
    '{"a":"","a":"x"}',
    '{"a":{"x":1},"b":{"x":2}}',
    '{"a":[{"x":1},{"x":2}]}',
    '{"a":"\\"a\\":1","b":"{\\"a\\":2}"}',
    '{"url":"https://x.test","at":"10:00:00","note":"dijo \\"hola\\": nada"}',
    '{"a":"\\\\","b":"\\\\"}',
    "{}",
    '{ "a" : 1 , "A" : 2 }',
  ])("is none: %s", (text) => expect(repeated(text)).toBeNull());

  it("is told of any objects, as a model tells it", () => {
    const random = seededRandom(7);
    const pick = <T>(items: T[]): T => items[Math.floor(random() * items.length)] as T;
    for (let round = 0; round < 3000; round++) {
      const pairs = Array.from({ length: Math.floor(random() * 5) }, () => ({
        key: pick(["a", "b", "c", '":', "{", ","]),
        value: pick<unknown>([1, "x", '":', '{"a":1}', [1, { a: 2 }], { a: 1, b: [] }, "\\"]),
      }));
      const space = pick(["", " ", "\t"]);
      const text = `{${pairs.map(({ key, value }) => `${JSON.stringify(key)}${space}:${space}${JSON.stringify(value)}`).join(`${space},`)}}`;
      const expected = pairs.some((one, at) =>
        pairs.slice(0, at).some((before) => {
          const last = pairs.slice(0, at).findLast(({ key }) => key === one.key);
          return before === last && JSON.stringify(before.value) !== JSON.stringify(one.value);
        }),
      );
      expect(repeated(text) !== null, text).toBe(expected);
    }
  });
});
