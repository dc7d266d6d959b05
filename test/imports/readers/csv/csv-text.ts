import { csvRecords } from "../../../../src/imports/readers/csv/csv-reader.ts";
import type { Dialect } from "../../../../src/imports/readers/csv/dialect.ts";
import type { Encoding } from "../../../../src/imports/readers/encodings/encodings.ts";
import type { LayoutHints } from "../../../../src/imports/readers/reader.ts";
import {
  CHUNK_LIMITS,
  type ChunkLimits,
  type ReadFrom,
  type RecordChunk,
  readRecords,
} from "../../../../src/imports/readers/records.ts";

export const ENCODINGS: Encoding[] = ["utf-8", "utf-16le", "utf-16be", "windows-1252"];

const windows1252 = new Map(
  Array.from({ length: 256 }, (_, byte) => [
    new TextDecoder("windows-1252").decode(Uint8Array.of(byte)),
    byte,
  ]),
);

/** The bytes of a text, without a byte order mark. */
export function encode(text: string, encoding: Encoding): Uint8Array {
  if (encoding === "utf-8") {
    return new TextEncoder().encode(text);
  }
  if (encoding === "windows-1252") {
    return Uint8Array.from(text, (character) => {
      const byte = windows1252.get(character);
      if (byte === undefined) {
        throw new Error(`Windows-1252 has no ${character}`);
      }
      return byte;
    });
  }
  const bytes = new Uint8Array(2 * text.length);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < text.length; i++) {
    view.setUint16(2 * i, text.charCodeAt(i), encoding === "utf-16le");
  }
  return bytes;
}

export function joinBytes(...parts: (Uint8Array | number[])[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

/** What a sender says of a layout who says nothing, of columns that nobody knows. */
export const UNKNOWN: LayoutHints = {
  delimiter: null,
  headerLine: null,
  findKnown: () => ({ contacts: [], others: 0, named: 0 }),
};

/** All chunks of a file, and the code of the problem that ended the reading, if one did. */
export async function readChunks(
  file: Uint8Array,
  {
    encoding = "utf-8",
    delimiter = ",",
    from = { offset: 0, record: 1, line: 1 },
    limits = {},
    columns = 0,
    contacts = [],
    quote = '"',
  }: Partial<Dialect> & { from?: ReadFrom; limits?: Partial<ChunkLimits> } = {},
): Promise<{ chunks: RecordChunk[]; problem: unknown }> {
  const chunks: RecordChunk[] = [];
  const read = async (offset: number, length: number) => file.slice(offset, offset + length);
  try {
    const reading = readRecords(
      read,
      file.length,
      from,
      csvRecords({ encoding, delimiter, columns, contacts, quote }),
      { ...CHUNK_LIMITS, ...limits },
    );
    for await (const chunk of reading) {
      chunks.push(chunk);
    }
    return { chunks, problem: null };
  } catch (problem) {
    return { chunks, problem };
  }
}

/** The cells of the records of chunks. */
export function cellsOf(chunks: RecordChunk[]): string[][] {
  return chunks.flatMap((chunk) => chunk.records.map(({ cells }) => cells));
}

/** All records of a file that is in order. */
export async function readAll(
  file: Uint8Array,
  options: Parameters<typeof readChunks>[1] = {},
): Promise<string[][]> {
  const { chunks, problem } = await readChunks(file, options);
  if (problem !== null) {
    throw problem;
  }
  return cellsOf(chunks);
}
