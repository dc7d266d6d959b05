import {
  decode,
  type Encoding,
  isSingleByte,
  unitBytes,
} from "../../../../src/imports/readers/encodings/encodings.ts";

const tables = new Map<Encoding, Map<string, number[]>>();

/** What each character is in an encoding, read off its decoder. */
function tableOf(encoding: Encoding): Map<string, number[]> {
  const known = tables.get(encoding);
  if (known) return known;
  const table = new Map<string, number[]>();
  const add = (bytes: number[]) => {
    const { text } = decode(Uint8Array.from(bytes), encoding);
    if ([...text].length === 1 && text !== "\uFFFD" && !table.has(text)) table.set(text, bytes);
  };
  for (let byte = 0; byte < 256; byte++) add([byte]);
  if (!isSingleByte(encoding)) {
    for (let lead = 0x81; lead < 0xff; lead++)
      for (let trail = 0x40; trail < 0xff; trail++) add([lead, trail]);
  }
  tables.set(encoding, table);
  return table;
}

/** Whether an encoding has every character of a text. */
export function canEncode(text: string, encoding: Encoding): boolean {
  return (
    unitBytes(encoding) > 1 || encoding === "utf-8" || [...text].every((one) => tableOf(encoding).has(one))
  );
}

/** The bytes of a text. @throws where the encoding has no such character. */
export function encodeText(text: string, encoding: Encoding): Uint8Array {
  if (encoding === "utf-8") return new TextEncoder().encode(text);
  const size = unitBytes(encoding);
  if (size > 1) {
    const points =
      size === 2
        ? Array.from({ length: text.length }, (_, i) => text.charCodeAt(i))
        : [...text].map((c) => c.codePointAt(0) ?? 0);
    const view = new DataView(new ArrayBuffer(points.length * size));
    const little = encoding.endsWith("le");
    for (const [i, point] of points.entries()) {
      if (size === 2) view.setUint16(2 * i, point, little);
      else view.setUint32(4 * i, point, little);
    }
    return new Uint8Array(view.buffer);
  }
  const table = tableOf(encoding);
  return Uint8Array.from(
    [...text].flatMap((character) => {
      const bytes = table.get(character);
      if (!bytes) throw new Error(`${encoding} has no ${character}`);
      return bytes;
    }),
  );
}
