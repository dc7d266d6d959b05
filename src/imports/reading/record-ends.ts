import type { Encoding } from "./encoding.ts";

/** How the bytes of a file are to be read: what its head told about the whole. */
export interface Dialect {
  encoding: Encoding;
  /** One character of ASCII. */
  delimiter: string;
}

/** The code units of an encoding: bytes, or the 16-bit units of UTF-16. */
export type Units = Uint8Array | Uint16Array;

export interface RecordEnd {
  /** Where the next record starts, in units. */
  end: number;
  /** What ended the record; nothing at the end of a file without a last newline. */
  newline: "\n" | "\r" | "\r\n" | "";
  /** How many lines the record takes, newlines inside quotes included. */
  lines: number;
  /** Whether text follows a closing quote within the same field, as in `"Ann" Lee,`. */
  malformed: boolean;
}

const QUOTE = 0x22;
const LF = 0x0a;
const CR = 0x0d;

/** How many bytes a code unit of an encoding takes. */
export function unitBytes(encoding: Encoding): 1 | 2 {
  return encoding === "utf-16le" || encoding === "utf-16be" ? 2 : 1;
}

/**
 * Bytes as code units. Every character that has a meaning in a table is one unit in each of the encodings, and
 * no part of another character looks like it, so records are told apart before they are decoded.
 *
 * @param atEnd whether the bytes reach the end of the file: half a unit of UTF-16 there is one of its own, as it
 *   is for a decoder; anywhere else it is left out until the other half is there
 */
export function unitsOf(bytes: Uint8Array, encoding: Encoding, atEnd: boolean): Units {
  if (unitBytes(encoding) === 1) {
    return bytes;
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const whole = bytes.length >> 1;
  const units = new Uint16Array(atEnd ? Math.ceil(bytes.length / 2) : whole).fill(0xfffd, whole);
  for (let i = 0; i < whole; i++) {
    units[i] = view.getUint16(2 * i, encoding === "utf-16le");
  }
  return units;
}

/**
 * Where the record ends that starts at a unit: at the first LF, CR or CRLF outside quotes (RFC 4180, widened to
 * each newline in use). A field is quoted when a quote is its first character; a quote further on is an ordinary
 * character. Text after a closing quote goes on as an unquoted field, as Excel, LibreOffice and Python's csv
 * module read it, so that the harm of a quote nobody escaped ends with its line.
 *
 * @param atEnd whether the units reach the end of the file, which ends a record too
 * @returns `null` when the record needs more units, or at the end of the file: when a quote never closes
 */
export function findRecordEnd(
  units: Units,
  start: number,
  atEnd: boolean,
  delimiter: string,
): RecordEnd | null {
  const separator = delimiter.charCodeAt(0);
  const length = units.length;
  let lines = 1;
  let malformed = false;
  let at = start;
  // Each turn is one field.
  for (;;) {
    if (at < length && units[at] === QUOTE) {
      at++;
      for (;;) {
        if (at >= length) {
          return null;
        }
        const unit = units[at++];
        if (unit === QUOTE) {
          if (at < length && units[at] === QUOTE) {
            at++;
          } else {
            break;
          }
        } else if (unit === CR || (unit === LF && units[at - 2] !== CR)) {
          lines++;
        }
      }
      if (at < length && units[at] !== separator && units[at] !== LF && units[at] !== CR) {
        malformed = true;
      }
    }
    while (at < length && units[at] !== separator && units[at] !== LF && units[at] !== CR) {
      at++;
    }
    if (at >= length) {
      return atEnd ? { end: at, newline: "", lines, malformed } : null;
    }
    const unit = units[at++];
    if (unit === LF) {
      return { end: at, newline: "\n", lines, malformed };
    }
    if (unit === CR) {
      if (at < length && units[at] === LF) {
        return { end: at + 1, newline: "\r\n", lines, malformed };
      }
      // Whether an LF belongs to this CR can only be seen with the next unit.
      return at < length || atEnd ? { end: at, newline: "\r", lines, malformed } : null;
    }
  }
}
