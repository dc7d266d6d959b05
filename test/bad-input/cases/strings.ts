import { env } from "cloudflare:test";
import { howMany } from "../../harness/runtime/how-many.ts";

/** The Big List of Naughty Strings. */
export const NAUGHTY_STRINGS: string[] = JSON.parse(Buffer.from(env.NAUGHTY_STRINGS, "base64").toString());

/** What that list has not. */
export const OUR_OWN: string[] = [
  // Halves of a surrogate pair, alone and in the wrong order.
  "\ud800",
  "a\udfffb",
  "\udc00\ud800",
  // NUL and other controls, line ends of every kind, an escape sequence.
  "\0",
  "a\0b",
  "a\r\nBcc: someone@example.test",
  "a\u2028b\u2029c",
  "a\u0085b",
  "\x1b[31mred",
  // Nothing but what is trimmed, and with it around.
  "\ufeff \u3000\t",
  "\u00a0 kept \ufeff",
  // Longer than any name, and just as long as one in code units, in characters, and after lower-casing.
  "x".repeat(300),
  "x".repeat(255),
  "😀".repeat(128),
  `${"😀".repeat(127)}x`,
  "😀".repeat(255),
  "İ".repeat(255),
  // Right to left, combining marks, what is not seen.
  "\u202egnp.exe",
  `Z${"\u0301\u0489".repeat(120)}`,
  "\u200b\u200d\u2060",
  // Names of what every object has.
  "__proto__",
  "constructor",
  "toString",
  // Addresses, almost.
  "a@b",
  "a@exa mple.test",
  "A@EXAMPLE.TEST",
  "İ@example.test",
  '"a b"@example.test',
  "a@example.test\r\nBcc: someone@example.test",
  `${"a".repeat(64)}@${"b".repeat(185)}.test`,
];

/** A part of our own strings, by turns: the schemas that read a place are those of many. */
export const ownFor = (place: number): string[] => byTurns(OUR_OWN, place);

/** Values as they stand in an address, some of them as no client would write them. */
export const IN_ADDRESSES: string[] = [
  ...[
    "%",
    "%zz",
    "%ff",
    "%00",
    "%c0%af",
    "%ed%a0%80",
    "%F0%9F%98%80",
    "%25%32%35",
    "%2e%2e%2f",
    "+",
    "[]",
    "{}",
  ],
  ...["0", "-0", "-1", "+1", "1.5", "1e3", "1e1000", "0x10", "%201", "1%20", "1_000", "1,2", "%D9%A1"],
  ...["NaN", "Infinity", "null", "true", "9007199254740993", "99999999999999999999"],
  ...["2026-02-30", "2026-13-01T00:00:00Z", "+275761-01-01T00:00:00Z", "-id", "a".repeat(10_000)],
];

/** A part of the values of addresses, by turns as {@link ownFor}. */
export const inAddressFor = (place: number): string[] => byTurns(IN_ADDRESSES, place);

/** A value is tried in one of so many places, which is dozens of them. */
const TURNS = howMany(8, 1);

function byTurns(strings: string[], place: number): string[] {
  return strings.filter((_, index) => index % TURNS === place % TURNS);
}

/**
 * The naughty strings for one of many places, all of them for so many places together.
 *
 * @param place its number.
 */
export function shareOf(place: number, sharers: number): string[] {
  return NAUGHTY_STRINGS.filter((_, index) => index % sharers === place % sharers);
}
