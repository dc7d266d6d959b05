import { expect, test } from "vitest";
import { isIn } from "../../../src/erasures/find/in-text.ts";
import { costOf } from "../../harness/runtime/cost.ts";

/** Where an address is a part of another one, that is somebody else. */

test.each([
  ["ana.xx@qxx.company", false],
  ["ana.xx@qxx.co", false],
  ["ñxx@qxx.co", false],
  ["𝒶xx@qxx.co", false],
  ["a_xx@qxx.co b+xx@qxx.co c-xx@qxx.co d%xx@qxx.co", false],
  ["1xx@qxx.co", false],
  ["xx@qxx.company", false],
  ["xx@qxx.co.uk", false],
  ["xx@qxx.co-op.test", false],
  ["xx@qxx.co2", false],
  ["ana.xx@qxx.company, xx@qxx.co", true],
  ["xx@qxx.co.", true],
  ["xx@qxx.co. Then", true],
  ["xx@qxx.co.\nThen", true],
  ["...xx@qxx.co", true],
  ["<xx@qxx.co>", true],
  ["mailto:XX@QXX.CO?subject", true],
  ['"see\\nxx@qxx.co\\nthen"', true],
  ['"see\\nxx\\u0040qxx.co"', true],
  ['"see\\u000axx@qxx.co"', true],
  ["to=%20xx%40qxx.co", true],
  ["to=%0Axx@qxx.co", true],
  ["a&nbsp;xx@qxx.co&nbsp;b", true],
  ["see xx @ qxx .co .", true],
])("%j names the person: %s", (text, named) => {
  expect(isIn(text, { emails: ["xx@qxx.co"], phones: [] })).toBe(named);
});

test.each([
  ["ana@one.test in the middle", true],
  ["ANA@ONE.test", true],
  ["+52 (55) 1234-5678,", true],
  ["5512345678", true],
  ["12345678 9", false],
  ["5512345678.0", true],
  ["12345678.05", false],
  ["5512345678 / 5511112222", true],
  ["5512345678 5511112222", true],
  ["5511112222 / 5512345678", true],
  ['{"email":"ana\\u0040one.test"}', true],
  ["ana&#64;one.test", true],
  ["ana\u200b@one.test", true],
  ["５５１２３４５６７８", true],
  ["ana＠one．test", true],
  ["ana\\x40one.test", true],
  ["ana\\@one.test", true],
  ["mailto:ana%40one.test", true],
  ["ana @ one.test", true],
  ["ana@one .test", true],
  ["ana@one。test", true],
  ["a\u0007na@one.test", true],
  ["ana&amp;#64;one.test", true],
  ["%4 0 %zz \\u00 \\", false],
  ["551234567", false],
  ["", false],
])("%j names the person: %s", (text, named) => {
  expect(isIn(text, { emails: ["ana@one.test"], phones: ["12345678"] })).toBe(named);
});

test("in linear time", async () => {
  const cost = await costOf(1000, () => {
    expect(isIn("a.xx@qxx.company".repeat(60_000), { emails: ["xx@qxx.co"], phones: [] })).toBe(false);
    expect(isIn(`${".".repeat(1_000_000)}xx@qxx.com`, { emails: ["xx@qxx.co"], phones: [] })).toBe(false);
  });
  expect(cost).toBeLessThan(1000);
});
