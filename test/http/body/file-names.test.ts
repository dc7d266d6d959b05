import { expect, it } from "vitest";
import { attachment, cleanFileName } from "../../../src/http/body/file-names.ts";
import { hostileText, seededRandom } from "../../imports/seeded-random.ts";

it.each([
  ["leads.csv", "leads.csv"],
  ["Año nuevo (2).csv", "Año nuevo (2).csv"],
  ["../../etc/passwd", "passwd"],
  ["C:\\Users\\ana\\leads.csv", "leads.csv"],
  ["..", ""],
  ["a\r\nSet-Cookie: x=1.csv", "aSet-Cookie_ x=1.csv"],
  ["a\0b.csv", "ab.csv"],
  ["leads\u202Evsc.exe", "leadsvsc.exe"],
  ["\u2066a\u2069\u200Bb\uFEFF.csv", "ab.csv"],
  ["a\u2028b\u2029c.csv", "abc.csv"],
  ['what? "now"|<then>*.csv', 'what_ "now"__then__.csv'],
  ["Jose\u0301.csv", "José.csv"],
  [" .hidden. ", "hidden"],
  ["half \uD83D.csv", "half \uFFFD.csv"],
  ["\u00A0a\u3000b.csv", "a b.csv"],
  ["", ""],
])("makes of %j %j", (name, cleaned) => {
  expect(cleanFileName(name)).toBe(cleaned);
});

it("has at most 255 bytes, of whole characters, and keeps its ending", () => {
  for (const character of ["a", "ñ", "名", "😀"]) {
    const name = cleanFileName(`${character.repeat(300)}.csv`);
    const bytes = new TextEncoder().encode(name).length;
    expect(bytes).toBeLessThanOrEqual(255);
    expect(bytes).toBeGreaterThan(250);
    expect(name).toMatch(/\.csv$/);
    expect(name.isWellFormed()).toBe(true);
  }
});

it("changes nothing the second time, and goes into one header that gives the name back", () => {
  const random = seededRandom(4);
  for (let round = 0; round < 5_000; round++) {
    const name = cleanFileName(hostileText(random, 40));
    expect(cleanFileName(name)).toBe(name);
    expect(name).not.toMatch(/[\p{Cc}\p{Cf}/\\]/u);
    const header = attachment(name);
    expect(header).toMatch(
      /^attachment; filename="[\x20\x21\x23-\x5b\x5d-\x7e]+"; filename\*=UTF-8''[\w.~!%-]+$/,
    );
    expect(decodeURIComponent(header.slice(header.lastIndexOf("''") + 2))).toBe(name || "download");
  }
});
