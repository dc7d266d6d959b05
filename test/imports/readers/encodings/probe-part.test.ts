import { describe, expect, test } from "vitest";
import { HEAD_BYTES, probeEncoding } from "../../../../src/imports/readers/encodings/probe-encoding.ts";
import { encodingOfParts, probePart } from "../../../../src/imports/readers/encodings/probe-part.ts";
import { below, randomOf } from "../../../fixtures/random.ts";
import { canEncode, encodeText } from "./encode.ts";
import { LANGUAGES } from "./languages.ts";

function whole(bytes: Uint8Array) {
  const probe = probeEncoding();
  probe.push(bytes);
  return probe.result();
}

/** What parts say that were cut anywhere, each of which came in chunks of any size. */
function inParts(bytes: Uint8Array, cuts: number[], sizeOf: () => number) {
  const ends = [...cuts, bytes.length].sort((a, b) => a - b);
  const probes = ends.map((end, at) => {
    const part = bytes.subarray(ends[at - 1] ?? 0, end);
    const probe = probePart({ number: at + 1, of: ends.length });
    for (let from = 0; from < part.length; ) {
      const size = sizeOf();
      probe.push(part.subarray(from, from + size));
      from += size;
    }
    return probe.result();
  });
  return encodingOfParts(JSON.parse(JSON.stringify(probes)));
}

describe.each(LANGUAGES)("$name", ({ header, words, encodings }) => {
  test.each([...encodings.filter((one) => canEncode(words.join(" "), one)), "utf-8", "utf-16le"] as const)(
    "in %s is told by its parts as by the whole",
    (encoding) => {
      const random = randomOf(7, encodings.length);
      const lines = Array.from({ length: 40 }, (_, n) => `${words[n % words.length]},a${n}@leads.test,"x y"`);
      const bytes = encodeText([header, ...lines].join("\r\n"), encoding);
      const expected = whole(bytes);
      for (let turn = 0; turn < 6; turn++) {
        const cuts = Array.from({ length: 1 + below(random, 4) }, () =>
          Math.min(HEAD_BYTES + below(random, bytes.length), bytes.length),
        );
        const size = 1 + below(random, 300);
        expect(inParts(bytes, cuts, () => 1 + below(random, size))).toEqual(expected);
      }
    },
  );
});

test("a cut within each of a text's characters loses and adds none", () => {
  // One character that is none more than those that are: any that is counted twice or not at all turns the scales.
  const bytes = Buffer.concat([
    Buffer.from("ñandú,años,日本語,😀\n"),
    Buffer.from("ca\xf1a,\xe1,\xe9 \xed,\xf3\xfa x", "latin1"),
  ]);
  const expected = whole(bytes);
  for (let at = 1; at < bytes.length; at++) {
    for (let next = at + 1; next < bytes.length; next++) {
      expect(inParts(bytes, [at, next], () => 7)).toEqual(expected);
    }
  }
});
