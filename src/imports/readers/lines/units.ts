import { type Encoding, unitBytes } from "../encodings/encodings.ts";

/** The code units of an encoding: bytes, the 16-bit units of UTF-16, or the characters of UTF-32. */
export type Units = Uint8Array | Uint16Array | Uint32Array;

/**
 * Bytes as code units. Every character that has a meaning in a table is one unit in each of the encodings, and
 * no part of another character looks like it, so records are told apart before they are decoded.
 *
 * @param atEnd whether the bytes reach the end of the file: a part of a unit there is one of its own, as it is for
 *   a decoder; anywhere else it is left out until the rest is there
 */
export function unitsOf(bytes: Uint8Array, encoding: Encoding, atEnd: boolean): Units {
  const size = unitBytes(encoding);
  if (size === 1) return bytes;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const whole = Math.floor(bytes.length / size);
  const length = atEnd ? Math.ceil(bytes.length / size) : whole;
  const units = size === 2 ? new Uint16Array(length) : new Uint32Array(length);
  units.fill(0xfffd, whole);
  const littleEndian = encoding.endsWith("le");
  for (let i = 0; i < whole; i++) {
    units[i] = size === 2 ? view.getUint16(2 * i, littleEndian) : view.getUint32(4 * i, littleEndian);
  }
  return units;
}
