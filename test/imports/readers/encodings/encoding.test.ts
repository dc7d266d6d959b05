import { describe, expect, it } from "vitest";
import { decode, type Encoding } from "../../../../src/imports/readers/encodings/encodings.ts";
import { probeEncoding } from "../../../../src/imports/readers/encodings/probe-encoding.ts";
import { ENCODINGS, encode, joinBytes } from "../csv/csv-text.ts";

/** The encoding that the probe finds, however the file is cut into chunks. */
function probe(file: Uint8Array): Encoding {
  const guesses = [1, 2, 3, 7, file.length || 1].map((step) => {
    const probing = probeEncoding();
    for (let at = 0; at < file.length; at += step) {
      probing.push(file.subarray(at, at + step));
    }
    return probing.result().encoding;
  });
  expect(new Set(guesses)).toHaveLength(1);
  return guesses[0] as Encoding;
}

const SPANISH =
  "correo,teléfono,nombre\nana@ejemplo.es,600 123 123,Ana Núñez\nlópez@ejemplo.es,,“Pepe” López – 5 €\n";
const UTF8_MARK = [0xef, 0xbb, 0xbf];

describe("the encoding of a file", () => {
  it.each(ENCODINGS)("is found for Spanish text in %s without a mark", (encoding) => {
    expect(probe(encode(SPANISH, encoding))).toBe(encoding);
  });

  it.each([
    ["utf-8", UTF8_MARK],
    ["utf-16le", [0xff, 0xfe]],
    ["utf-16be", [0xfe, 0xff]],
  ] as const)("is %s when its mark says so", (encoding, mark) => {
    expect(probe(joinBytes([...mark], encode("名前,電話\n", encoding)))).toBe(encoding);
  });

  it("is what the mark says even where bytes are damaged", () => {
    expect(probe(joinBytes(UTF8_MARK, [0xe9, 0x2c, 0xe9, 0x2c]))).toBe("utf-8");
  });

  it.each([
    ["nothing", []],
    ["ASCII", [..."email\na@b.co\n"].map((character) => character.charCodeAt(0))],
  ])("is UTF-8 for %s", (_, bytes) => {
    expect(probe(Uint8Array.from(bytes))).toBe("utf-8");
  });

  it("is not UTF-16 for a file with NUL bytes here and there", () => {
    expect(probe(Uint8Array.of(1, 0, 0, 0, 2, 0, 0, 0))).toBe("utf-8");
  });

  it("stays UTF-8 for many accents and a stray byte", () => {
    expect(probe(joinBytes(encode("Núñez,Peña\n".repeat(20), "utf-8"), [0xf1, 0x0a]))).toBe("utf-8");
  });

  it("stays UTF-8 when the file ends within a character", () => {
    expect(probe(encode("Núñez 😀 €", "utf-8").slice(0, -1))).toBe("utf-8");
  });

  it("is Windows-1252 when a single accent is the last byte of the file", () => {
    expect(probe(encode("nombre\nJosé", "windows-1252"))).toBe("windows-1252");
  });

  it.each([
    ["an overlong form", [0xc0, 0xaf]],
    ["an overlong form of three bytes", [0xe0, 0x80, 0xaf]],
    ["half of a surrogate pair", [0xed, 0xa0, 0x80]],
    ["a character past the last", [0xf4, 0x90, 0x80, 0x80]],
    ["a byte that never occurs", [0xff]],
  ])("does not take %s for UTF-8", (_, bytes) => {
    expect(probe(joinBytes([0x61], bytes, [0x61]))).not.toBe("utf-8");
  });

  it("is Windows-1252 when the first accent comes after 50 MB of ASCII", () => {
    const ascii = new Uint8Array(1 << 20).fill(0x61);
    const probing = probeEncoding();
    for (let i = 0; i < 50; i++) {
      probing.push(ascii);
    }
    probing.push(encode("\nPeña\n", "windows-1252"));
    expect(probing.result().encoding).toBe("windows-1252");
  });
});

describe("decoding", () => {
  it.each(ENCODINGS)("gives the text back in %s", (encoding) => {
    expect(decode(encode(SPANISH, encoding), encoding)).toEqual({ text: SPANISH, damaged: false });
  });

  it("reads the characters that Windows-1252 has where Latin-1 has none", () => {
    expect(decode(Uint8Array.of(0x80, 0x93, 0x94, 0x9f), "windows-1252").text).toBe("€“”Ÿ");
  });

  it.each(["utf-8", "utf-16le", "utf-16be"] as const)("keeps each U+FEFF of %s", (encoding) => {
    expect(decode(encode("\uFEFFa\uFEFF", encoding), encoding)).toEqual({
      text: "\uFEFFa\uFEFF",
      damaged: false,
    });
  });

  it("tells damage from a U+FFFD that stands in the file", () => {
    expect(decode(encode("37\uFFFD36", "utf-8"), "utf-8")).toEqual({ text: "37\uFFFD36", damaged: false });
    expect(decode(Uint8Array.of(0x33, 0xb0, 0x36), "utf-8")).toEqual({ text: "3\uFFFD6", damaged: true });
  });

  it("names half a character of UTF-16 damage", () => {
    expect(decode(Uint8Array.of(0x00, 0xd8, 0x2c, 0x00), "utf-16le")).toEqual({
      text: "\uFFFD,",
      damaged: true,
    });
    expect(decode(Uint8Array.of(0x00, 0x61, 0x00), "utf-16be")).toEqual({ text: "a\uFFFD", damaged: true });
  });
});
