import type { KnownColumns } from "./header-evidence.ts";
import type { ChunkLimits, ReadBytes, ReadFrom, RecordChunk } from "./records.ts";

/** The head of a file, in bytes, that its layout is read from. */
export const HEAD_BYTES = 256 * 1024;

/** What stands around cells: `"`, or in a file that uses nothing else single or typographic quotes, by their first one. */
export type Quote = '"' | "'" | "“" | "‘" | "«";

/** How a file is laid out, as its head shows. */
export interface Layout {
  /** What parts the cells; `null` where nothing does, as in a workbook. */
  delimiter: string | null;
  /** What stands around a cell that has delimiters or line ends in it. */
  quote: Quote;
  /** The names of the columns, trimmed. */
  header: string[];
  /** The line of the header, from 1; 0 where the file has none. */
  headerLine: number;
  /** The line from which on the file has another table; `null` where it is not known to have one. */
  endLine: number | null;
  /** The first records below the header. */
  sample: string[][];
  /** Where the first record starts: its byte, and its line from 1. */
  dataOffset: number;
  dataLine: number;
}

/** What the sender knows of the layout; what is `null` is found. */
export interface LayoutHints {
  delimiter: string | null;
  /** The line of the header, from 1; 0 for a file without one. */
  headerLine: number | null;
  /** Which of the cells of a header name an e-mail or a phone, or are named in the mapping. */
  findKnown: (header: string[]) => KnownColumns;
}

/** A file that is read in ranges. */
export interface FileSource {
  read: ReadBytes;
  /** In bytes. */
  size: number;
}

/** What of a layout the records are read by, and the places of the columns that hold an e-mail or a phone, or tags. */
export interface ReadingOptions extends Pick<Layout, "delimiter" | "quote" | "header"> {
  contacts: number[];
  tags: number[];
  /** Those of a lead's other fields. */
  fields?: number[];
}

/** Reads a kind of file. What a checkpoint means is its own business: the pipeline keeps it and hands it back. */
export interface RecordReader {
  /**
   * @param head the first bytes of the file, up to 1 MiB.
   * @param atEnd whether that is the whole file.
   * @throws FileProblem where it cannot be read.
   */
  open(head: Uint8Array, atEnd: boolean, hints: LayoutHints): Layout;
  /** The records from a checkpoint on, chunk by chunk, in memory that does not grow with the file. */
  records(
    source: FileSource,
    from: ReadFrom,
    options: ReadingOptions,
    limits: ChunkLimits,
  ): AsyncGenerator<RecordChunk>;
}
