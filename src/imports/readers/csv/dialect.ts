import type { Encoding } from "../encodings/encodings.ts";

/** How the bytes of a file are to be read: what its head told about the whole. */
export interface Dialect {
  encoding: Encoding;
  /** One character of ASCII. */
  delimiter: string;
  /** What stands around a cell that has delimiters or line ends in it: `"`, or `'` in files that use nothing else. */
  quote: '"' | "'";
  /** How many cells the header has. */
  columns: number;
  /** The places of the columns that hold an e-mail or a phone, as far as they are known. */
  contacts: readonly number[];
}

/** What is certain of a dialect before the header was read. */
export const PLAIN = { quote: '"', columns: 0, contacts: [] } as const;
