/** U+FFFD: what a decoder puts for bytes that are no character in the encoding, so that their letters are lost. */
export const REPLACEMENT_CHARACTER = "\uFFFD";
