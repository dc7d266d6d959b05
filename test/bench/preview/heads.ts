import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../../src/cli/root.ts";
import { generateLeads } from "../../fixtures/generate-leads.ts";

/** What is looked at of a file. */
const MIB = 1024 * 1024;
const REAL_FILES = join(ROOT, "test/fixtures/real-files");
const LANGUAGES = ["en", "es", "pt"] as const;

/** A file to be previewed. */
export interface Head {
  name: string;
  bytes: Uint8Array;
}

/**
 * So many files, each with another header: half of them those that real systems make, as far as there are so many,
 * the others the first MiB of generated ones, in three languages and two encodings, with columns that no one knows.
 */
export function* heads(count: number): Generator<Head> {
  const real = readdirSync(REAL_FILES).slice(0, Math.floor(count / 2));
  for (const name of real) yield { name, bytes: readFileSync(join(REAL_FILES, name)).subarray(0, MIB) };
  for (let number = real.length; number < count; number++) yield generated(number);
}

function generated(number: number): Head {
  const language = LANGUAGES[number % LANGUAGES.length] ?? "en";
  const { chunks } = generateLeads({
    seed: number + 1,
    records: 10_000,
    bytes: MIB,
    language,
    questions: number % 2 === 0,
  });
  const text = Buffer.concat([...chunks()]).toString("utf8");
  const lineEnd = text.search(/\r?\n/);
  const more = Array.from({ length: 1 + (number % 20) }, (_, index) => `Campo ${number}.${index}`);
  const whole = [text.slice(0, lineEnd), ...more].join(",") + text.slice(lineEnd);
  const encoding = number % 5 === 0 ? "latin1" : "utf8";
  return {
    name: `generated ${number}, ${language}, ${encoding}`,
    bytes: Buffer.from(whole, encoding).subarray(0, MIB),
  };
}
