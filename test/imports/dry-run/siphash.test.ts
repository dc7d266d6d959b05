import { expect, test } from "vitest";
import { PlannedKeys } from "../../../src/imports/dry-run/planned-keys.ts";
import { sipHash } from "../../../src/imports/dry-run/siphash.ts";

/** The bytes 0, 1, 2, … as UTF-16, little end first. */
const textOf = (bytes: number) =>
  String.fromCharCode(...Array.from({ length: bytes / 2 }, (_, at) => 2 * at + (2 * at + 1) * 256));

test.each([
  [0, "310e0edd47db6f72"],
  [2, "5a4fa9d909806c0d"],
  [4, "b7877127e09427cf"],
  [6, "ce e3 fe 58 6e 46 c9 cb".replaceAll(" ", "")],
  [8, "6224939a79f5f593"],
])(
  "the reference vector of %d bytes, https://github.com/veorq/SipHash/blob/master/vectors.h",
  (bytes, hex) => {
    const key = new Uint32Array(Uint8Array.from({ length: 16 }, (_, at) => at).buffer);
    const whole = Buffer.from(hex, "hex").readBigUInt64LE();
    expect(BigInt(sipHash(key, textOf(bytes)))).toBe(whole & ((1n << 53n) - 1n));
  },
);

test("the hash of a key depends on the installation and the import", () => {
  const hash = (secret: string, code: string) => new PlannedKeys(secret, code).hash("ana@leads.test");
  expect(hash("s", "imp_1")).toBe(hash("s", "imp_1"));
  expect(new Set([hash("s", "imp_1"), hash("s", "imp_2"), hash("t", "imp_1")]).size).toBe(3);
});
