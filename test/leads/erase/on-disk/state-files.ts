import { globSync, readFileSync, statSync } from "node:fs";
import { relative } from "node:path";

/** Where a word was found: in which file, how often, and what stands around it the first time. */
export interface Trace {
  word: string;
  file: string;
  bytes: number;
  around: string;
}

/** Looks for words in every file of a folder, in each way in which a text may be written down. */
export function tracesIn(folder: string, words: readonly string[]): Trace[] {
  const files = globSync(`${folder}/**/*`).filter((path) => statSync(path).isFile());
  return files.flatMap((path) => {
    const content = readFileSync(path);
    // Letters of either case, so that each form is looked for once.
    const small = content.toString("latin1").toLowerCase();
    return words.flatMap((word) => {
      let bytes = 0;
      let around = "";
      for (const form of formsOf(word)) {
        for (let at = small.indexOf(form); at !== -1; at = small.indexOf(form, at + form.length)) {
          bytes += form.length;
          around ||= `at ${at}: ${JSON.stringify(content.toString("latin1", Math.max(0, at - 40), at + 40))}`;
        }
      }
      return bytes > 0 ? [{ word, file: relative(folder, path), bytes, around }] : [];
    });
  });
}

/** A word as UTF-8 (an URL has ASCII so, too), UTF-16, hexadecimal and Base64 at each of its three places. */
function formsOf(word: string): string[] {
  const utf8 = Buffer.from(word);
  const base64 = [0, 1, 2].map((pad) =>
    Buffer.concat([Buffer.alloc(pad), utf8])
      .toString("base64")
      .slice(pad === 0 ? 0 : 4, -4),
  );
  const forms = [
    utf8.toString("latin1"),
    Buffer.from(word, "utf16le").toString("latin1"),
    utf8.toString("hex"),
    ...base64,
    encodeURIComponent(word),
  ];
  return [...new Set(forms.map((form) => form.toLowerCase()))];
}
