/** How the bytes of a file stand for text. */
export type Encoding = "utf-8" | "utf-16le" | "utf-16be" | "windows-1252";

/** How many bytes from the start of a file tell UTF-16 without a byte order mark. */
const HEAD_BYTES = 1024;

// A U+FEFF inside a file is a character as any other: nobody but the layout takes one off, at the start.
const decoders: Record<Encoding, TextDecoder> = {
  "utf-8": new TextDecoder("utf-8", { fatal: false, ignoreBOM: true }),
  "utf-16le": new TextDecoder("utf-16le", { fatal: false, ignoreBOM: true }),
  "utf-16be": new TextDecoder("utf-16be", { fatal: false, ignoreBOM: true }),
  "windows-1252": new TextDecoder("windows-1252", { fatal: false, ignoreBOM: true }),
};

/**
 * The encoding of a whole file, found while its bytes stream by in chunks of any size.
 *
 * A byte order mark decides; without one, NUL bytes at every other place of the head mean UTF-16. Anything
 * else is UTF-8, unless more byte sequences of the file are invalid there than are valid characters beyond
 * ASCII: then it is Windows-1252, which Excel writes. So neither a stray byte in a big UTF-8 file nor a first
 * accent after 50 MB of ASCII misleads.
 */
export function probeEncoding(): { push(chunk: Uint8Array): void; result(): Encoding } {
  const head = new Uint8Array(HEAD_BYTES);
  let headLength = 0;
  const utf8 = countUtf8();
  return {
    push(chunk) {
      if (headLength < HEAD_BYTES) {
        const part = chunk.subarray(0, HEAD_BYTES - headLength);
        head.set(part, headLength);
        headLength += part.length;
      }
      utf8.push(chunk);
    },
    result() {
      const start = head.subarray(0, headLength);
      return (
        encodingByMark(start) ?? utf16ByNulBytes(start) ?? (utf8.isUnlikely() ? "windows-1252" : "utf-8")
      );
    },
  };
}

/** How many bytes the byte order mark at the start of a file takes: 0 where there is none. */
export function markLength(head: Uint8Array, encoding: Encoding): number {
  if (encodingByMark(head) !== encoding) {
    return 0;
  }
  return encoding === "utf-8" ? 3 : 2;
}

/**
 * The text of bytes that start and end at a character, and whether some of them meant none in that encoding:
 * those are U+FFFD in the text. Never throws, and keeps every U+FEFF.
 */
export function decode(bytes: Uint8Array, encoding: Encoding): { text: string; damaged: boolean } {
  const text = decoders[encoding].decode(bytes);
  return { text, damaged: text.includes("\uFFFD") && !isValid(bytes, encoding) };
}

/** A file may hold U+FFFD in good order, where an earlier program wrote what it could not read. */
function isValid(bytes: Uint8Array, encoding: Encoding): boolean {
  try {
    new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

function encodingByMark(head: Uint8Array): Encoding | null {
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) {
    return "utf-8";
  }
  if (head[0] === 0xff && head[1] === 0xfe) {
    return "utf-16le";
  }
  return head[0] === 0xfe && head[1] === 0xff ? "utf-16be" : null;
}

/** Header names are mostly ASCII, whose high byte in UTF-16 is NUL; no other text has a NUL at all. */
function utf16ByNulBytes(head: Uint8Array): Encoding | null {
  const units = head.length >> 1;
  let highFirst = 0;
  let highLast = 0;
  for (let i = 0; i < 2 * units; i += 2) {
    highFirst += head[i] === 0 ? 1 : 0;
    highLast += head[i + 1] === 0 ? 1 : 0;
  }
  if (highFirst === 0 && highLast > 0.4 * units) {
    return "utf-16le";
  }
  return highLast === 0 && highFirst > 0.4 * units ? "utf-16be" : null;
}

/**
 * Counts what speaks for UTF-8 and against it: characters of several bytes, and byte sequences that are none,
 * by the states of the UTF-8 decoder of https://encoding.spec.whatwg.org/#utf-8-decoder.
 */
function countUtf8() {
  let valid = 0;
  let invalid = 0;
  let needed = 0;
  let lower = 0x80;
  let upper = 0xbf;
  return {
    push(bytes: Uint8Array) {
      const length = bytes.length;
      for (let i = 0; i < length; i++) {
        const byte = bytes[i] as number;
        if (needed > 0) {
          if (byte >= lower && byte <= upper) {
            needed--;
            valid += needed === 0 ? 1 : 0;
            lower = 0x80;
            upper = 0xbf;
            continue;
          }
          invalid++;
          needed = 0;
          lower = 0x80;
          upper = 0xbf;
        }
        if (byte < 0x80) {
          while (i + 1 < length && (bytes[i + 1] as number) < 0x80) {
            i++;
          }
        } else if (byte >= 0xc2 && byte <= 0xf4) {
          needed = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
          lower = byte === 0xe0 ? 0xa0 : byte === 0xf0 ? 0x90 : 0x80;
          upper = byte === 0xed ? 0x9f : byte === 0xf4 ? 0x8f : 0xbf;
        } else {
          invalid++;
        }
      }
    },
    isUnlikely: () => invalid + (needed > 0 ? 1 : 0) > valid,
  };
}
