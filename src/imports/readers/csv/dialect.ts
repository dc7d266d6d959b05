import type { Encoding } from "../encodings/encodings.ts";
import type { Quote } from "../reader.ts";

/** How the bytes of a file are read, as its head shows. */
export interface Dialect {
  encoding: Encoding;
  /** One character of ASCII. */
  delimiter: string;
  /** What stands around a cell that has delimiters or line ends in it. */
  quote: Quote;
  /** How many cells the header has. */
  columns: number;
  /** The places of the columns that hold an e-mail or a phone, as far as they are known. */
  contacts: readonly number[];
}

/** The part of a dialect that is known before the header is read. */
export const PLAIN = { quote: '"', columns: 0, contacts: [] } as const;
