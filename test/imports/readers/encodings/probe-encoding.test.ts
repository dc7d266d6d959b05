import { describe, expect, test } from "vitest";
import { decode, type Encoding, encodingOf } from "../../../../src/imports/readers/encodings/encodings.ts";
import { probeEncoding } from "../../../../src/imports/readers/encodings/probe-encoding.ts";
import { randomOf } from "../../../fixtures/random.ts";
import { canEncode, encodeText } from "./encode.ts";
import { LANGUAGES, type Language } from "./languages.ts";

const UNICODE: Encoding[] = ["utf-8", "utf-16le", "utf-16be", "utf-32le", "utf-32be"];

/** A file of some leads of a language, in capitals or not. */
function fileOf(
  { name, header, words: all }: Language,
  encoding: Encoding,
  random: () => number,
  inCapitals = false,
): string {
  const locale = name === "Turkish" ? "tr" : "en";
  const words = all
    .map((word) => (inCapitals ? word.toLocaleUpperCase(locale) : word))
    .filter((word) => canEncode(word, encoding));
  const pick = () => words[Math.floor(random() * words.length)];
  const rows = Array.from(
    { length: 2 + Math.floor(random() * 30) },
    (_, n) => `${pick()} ${pick()},lead-${n}@leads.test,${pick()}`,
  );
  return `${header}\n${rows.join("\n")}\n`;
}

function probe(bytes: Uint8Array, random: () => number) {
  const prober = probeEncoding();
  for (let at = 0; at < bytes.length; ) {
    const length = 1 + Math.floor(random() * 200);
    prober.push(bytes.subarray(at, at + length));
    at += length;
  }
  return prober.result();
}

test("no file in any of 19 languages and 25 encodings is wrong in silence", () => {
  const random = randomOf(12, 0);
  const tried = { right: 0, doubtful: 0, wrong: [] as string[] };
  const western = { files: 0, doubtful: 0 };
  const encodings = new Set<Encoding>();
  for (let round = 0; round < 8; round++) {
    for (const language of LANGUAGES) {
      for (const encoding of language.encodings) {
        encodings.add(encoding);
        const text = fileOf(language, encoding, random, round % 2 === 1);
        const bytes = encodeText(text, encoding);
        const guess = probe(bytes, random);
        const doubtful = guess.confidence === "doubtful";
        if (encoding === "windows-1252") {
          western.files += 1;
          western.doubtful += doubtful ? 1 : 0;
        }
        if (doubtful) tried.doubtful += 1;
        else if (decode(bytes, guess.encoding).text === text) tried.right += 1;
        else tried.wrong.push(`${language.name} in ${encoding} as ${guess.encoding}`);
      }
    }
  }
  // biome-ignore lint/suspicious/noConsole: figures.
  console.info(
    `${encodings.size} encodings: ${tried.right} right, ${tried.doubtful} in doubt, ${tried.wrong.length} wrong; ` +
      `${western.doubtful} of ${western.files} in Windows-1252 in doubt`,
  );
  expect(tried.wrong).toEqual([]);
  expect(encodings.size).toBeGreaterThanOrEqual(20);
  expect(tried.right).toBeGreaterThan(0.85 * (tried.right + tried.doubtful));
  expect(western.doubtful).toBeLessThanOrEqual(0.02 * western.files);
});

describe("a few texts in capitals", () => {
  const TEXTS = [
    "JOSÉ MUÑOZ",
    "NUÑEZ",
    "PEÑA",
    "JOÃO",
    "AÇÃO",
    "SÃO PAULO",
    "KÖLN",
    "BOGOTÁ",
    "ÍÑIGO",
    "FRANÇOIS",
  ];

  test.each(TEXTS)("%s is told in Windows-1252", (text) => {
    const bytes = encodeText(`Nombre,Correo\n${text},a@x.test\n`, "windows-1252");
    const { encoding, confidence } = probe(bytes, randomOf(1, 0));
    expect(decode(bytes, encoding).text).toContain(text);
    expect(confidence).not.toBe("doubtful");
  });

  test.each<Encoding>(["ibm850", "ibm437", "macintosh"])("are never wrong in silence in %s", (page) => {
    for (const text of TEXTS.filter((one) => canEncode(one, page))) {
      const bytes = encodeText(`Nombre,Correo\n${text},a@x.test\n`, page);
      const { encoding, confidence } = probe(bytes, randomOf(1, 0));
      if (confidence !== "doubtful") expect(decode(bytes, encoding).text).toContain(text);
    }
  });
});

test.each(UNICODE)("no file in %s is in doubt", (encoding) => {
  const random = randomOf(3, 0);
  for (const language of LANGUAGES) {
    const text = fileOf(language, encoding, random);
    const bytes = encodeText(text, encoding);
    expect(probe(bytes, random)).toEqual({ encoding, confidence: "certain" });
    expect(decode(bytes, encoding)).toEqual({ text, damaged: false });
  }
});

describe("a label", () => {
  test.each([
    ["UTF-8", "utf-8"],
    ["latin1", "windows-1252"],
    ["macintosh", "macintosh"],
    ["MacRoman", "macintosh"],
    ["ibm850", "ibm850"],
    ["CP437", "ibm437"],
    ["Shift_JIS", "shift_jis"],
    ["sjis", "shift_jis"],
    ["GB2312", "gbk"],
    ["koi8-r", "koi8-r"],
    ["iso-8859-9", "windows-1254"],
    ["iso-2022-jp", null],
    ["utf-7", null],
    ["constructor", null],
    ["", null],
  ])("%s is %s", (label, encoding) => {
    expect(encodingOf(label)).toBe(encoding);
  });
});
