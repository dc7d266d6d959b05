import { aMacrotask } from "../../macrotask.ts";
import { type Encoding, unitBytes } from "./encodings/encodings.ts";
import { FileProblem } from "./file-problem.ts";
import { passBlankLines } from "./lines/blank-lines.ts";
import { type Units, unitsOf } from "./lines/units.ts";

/** A record as it stands in a file: its cells neither trimmed nor converted. */
export interface RawRecord {
  cells: string[];
  /** The line of the file that it begins at, from 1. */
  line: number;
  /** What keeps its cells from being what somebody wrote; `null` where nothing does. */
  problem: RecordProblem | null;
  doubt?: RecordDoubt;
}

/**
 * What its author may have meant otherwise: quotes that are not by the book, letters that were encoded twice, a key that
 * an object has several times.
 */
export interface RecordDoubt {
  code: "quotes_in_doubt" | "encoding_in_doubt" | "repeated_key";
  /** The place of the first cell in question. */
  cell: number;
}

/** A quote opens and does not close; a line is no JSON, or no object. */
export type RecordProblem = "unclosed_quote" | "invalid_json";

/** Where a record ends. */
export interface RecordSpan {
  /** Where the next record starts, in units. */
  end: number;
  /** How many lines the record takes. */
  lines: number;
}

/** How records are told apart and read: what readers differ in. */
export interface RecordFormat<Span extends RecordSpan = RecordSpan> {
  encoding: Encoding;
  /** Characters of ASCII of which a line may have any number and still be blank. */
  blanks: string;
  /**
   * Where the record ends that starts at a unit; `null` where more units are wanted.
   *
   * @param atEnd whether the units reach the end of the file, which ends a record too.
   * @param mostUnits how long a record may be.
   */
  findEnd(units: Units, start: number, atEnd: boolean, mostUnits: number): Span | null;
  /**
   * The records of some bytes, blank ones included, and whether bytes meant no character.
   *
   * @param ends where each of them ends, in units from the start of `bytes`.
   * @param line the line that the first one begins at.
   */
  read(bytes: Uint8Array, ends: Span[], line: number): { records: RawRecord[]; damaged: boolean };
}

/** Whether a record says nothing: spreadsheets end a table with lines of nothing but delimiters. */
export function isBlank(cells: string[]): boolean {
  return cells.every((cell) => cell === "" || WORTHLESS.test(cell));
}

/** White space, NULs and the Ctrl-Z that DOS programs end a file with. */
const WORTHLESS = /^[\s\p{Cc}\ufeff]*$/u;

/** Records that stand one after the other in a file. */
export interface RecordChunk {
  /** Where the chunk starts in the file, and where the next one does, in bytes. */
  startOffset: number;
  endOffset: number;
  /** The number of its first record, from 1. */
  firstRecord: number;
  /** The line of the file where the next chunk starts, from 1. */
  nextLine: number;
  /**
   * The records as they stand in the file. Blank ones are left out: a chunk is empty where there are very many of them
   * in a row, and at the end of the file.
   */
  records: RawRecord[];
  /** Whether some bytes meant no character: the cells have U+FFFD in their place. */
  damaged: boolean;
}

/** A place where a record starts: its byte, and the numbers of the record and of the line, from 1. */
export interface ReadFrom {
  offset: number;
  record: number;
  line: number;
}

export interface ChunkLimits {
  /** How many records a chunk may hold. */
  records: number;
  /** How many the first one may hold, where it is less. */
  firstRecords?: number | undefined;
  /** How many bytes of the file a chunk may span, unless it is one record or begins with blank ones. */
  bytes: number;
  /** After so many bytes of blank records in a row there is a chunk of none, so that they are progress, too. */
  blankBytes: number;
  /** The size of one ranged read. */
  readBytes: number;
  /** The longest record allowed, in bytes. */
  recordBytes: number;
  /** What records may weigh beside their text, where they make more of it than the file shows. */
  overhead?: { most: number; of(recordBytes: number): number };
}

/** Gives the bytes of a file from an offset, fewer at its end. */
export type ReadBytes = (offset: number, length: number) => Promise<Uint8Array>;

const KIB = 1024;
/** After so many bytes of blank records others may go first: some milliseconds' worth. */
const PAUSE_BYTES = 32 * KIB;

export const CHUNK_LIMITS: ChunkLimits = {
  records: 3000,
  bytes: 704 * KIB,
  blankBytes: 1024 * KIB,
  readBytes: 2048 * KIB,
  recordBytes: 256 * KIB,
};

/**
 * The records of a file from one of them on, chunk by chunk, in memory of a few `readBytes` however large the
 * file is. A chunk's end is a checkpoint: reading from there gives exactly the records that are left.
 *
 * @param read gives the bytes of the file from an offset, fewer at its end
 * @param size the bytes of the whole file
 * @throws FileProblem `record_too_large`, after all records before it were given
 */
export async function* readRecords<Span extends RecordSpan>(
  read: ReadBytes,
  size: number,
  from: ReadFrom,
  format: RecordFormat<Span>,
  limits: ChunkLimits = CHUNK_LIMITS,
): AsyncGenerator<RecordChunk> {
  const perUnit = unitBytes(format.encoding);
  let { offset, record, line } = from;
  // What was read of the file from `offset` on, the same in code units, and the read that goes on after it.
  let bytes: Uint8Array = new Uint8Array(0);
  let units: Units = bytes;
  let ahead = readAhead(read, offset, size, limits);
  // Where the next chunk starts: some blank records in a row go with the record after them.
  let startOffset = offset;
  const emptyChunk = (): RecordChunk => ({
    startOffset,
    endOffset: offset,
    firstRecord: record,
    nextLine: line,
    records: [],
    damaged: false,
  });
  const readOn = async () => {
    bytes = join(bytes, await ahead);
    units = unitsOf(bytes, format.encoding, offset + bytes.length >= size);
    ahead = readAhead(read, offset + bytes.length, size, limits);
  };
  let pausedAt = offset;
  let mostRecords = limits.firstRecords ?? limits.records;

  while (offset < size) {
    const blank = passBlankLines(units, 0, format.blanks, limits.recordBytes / perUnit);
    offset += blank.end * perUnit;
    line += blank.lines;
    bytes = bytes.subarray(blank.end * perUnit);
    units = units.subarray(blank.end);
    if (offset < size && offset - startOffset >= limits.blankBytes) {
      yield emptyChunk();
      startOffset = offset;
    }
    if (blank.open && offset + bytes.length < size) {
      await readOn();
      continue;
    }

    const ends: Span[] = [];
    let lines = 0;
    let end = 0;
    let overhead = 0;
    while (ends.length < mostRecords && offset + end < size) {
      const atEnd = offset + bytes.length >= size;
      const next = format.findEnd(units, end / perUnit, atEnd, limits.recordBytes / perUnit);
      // A file of UTF-16 that was cut off may end with half a unit.
      const nextEnd = next === null ? bytes.length : Math.min(next.end * perUnit, bytes.length);
      const tooLarge = nextEnd - end > limits.recordBytes;
      if (next === null && !tooLarge && !atEnd) {
        await readOn();
        continue;
      }
      overhead += limits.overhead?.of(nextEnd - end) ?? 0;
      const isFull = nextEnd > limits.bytes || (limits.overhead && overhead > limits.overhead.most);
      if (ends.length > 0 && (next === null || tooLarge || isFull)) {
        break;
      }
      if (next === null || tooLarge) {
        throw recordTooLarge(record, line, limits);
      }
      ends.push(next);
      lines += next.lines;
      end = nextEnd;
    }

    const read = format.read(bytes.subarray(0, end), ends, line);
    const records = read.records.filter(({ cells }) => !isBlank(cells));
    const firstRecord = record;
    offset += end;
    record += records.length;
    line += lines;
    if (records.length > 0 || offset === size) {
      yield {
        startOffset,
        endOffset: offset,
        firstRecord,
        nextLine: line,
        records,
        damaged: read.damaged,
      };
      startOffset = offset;
      mostRecords = limits.records;
    } else if (offset - pausedAt >= PAUSE_BYTES) {
      pausedAt = offset;
      await aMacrotask();
    }
    bytes = bytes.subarray(end);
    units = units.subarray(Math.ceil(end / perUnit));
  }
}

function readAhead(read: ReadBytes, offset: number, size: number, limits: ChunkLimits): Promise<Uint8Array> {
  if (offset >= size) {
    return Promise.resolve(new Uint8Array(0));
  }
  const bytes = read(offset, Math.min(limits.readBytes, size - offset));
  // It is awaited only when its bytes are needed, which may be never.
  bytes.catch(() => {});
  return bytes;
}

function join(bytes: Uint8Array, more: Uint8Array): Uint8Array {
  if (more.length === 0) {
    throw new Error("The file ended before its size was reached");
  }
  const joined = new Uint8Array(bytes.length + more.length);
  joined.set(bytes);
  joined.set(more, bytes.length);
  return joined;
}

function recordTooLarge(record: number, line: number, limits: ChunkLimits): FileProblem {
  return new FileProblem(
    "record_too_large",
    `Record ${record}, which starts on line ${line}, is longer than ${Math.floor(limits.recordBytes / KIB)} KiB. ` +
      "Shorten its cells, and check that the file has line breaks, then import it again.",
  );
}
