import { normalizeText } from "./normalize-text.ts";

/** In UTF-16 units. No name is longer, and one character may become eighteen. */
const LONGEST_NAME = 1000;
const ASCII = /^[\0-\x7F]*$/;
/** Words of ASCII with single spaces: nearly all texts that are folded. */
const PLAIN = /^[!-~]+(?: [!-~]+)*$/;

/**
 * Gives a text in the form in which two that a person calls the same are equal: lower-case, without accents,
 * with single spaces. What is too long to be a name keeps its accents.
 */
export function fold(text: string): string {
  if (text.length <= LONGEST_NAME && PLAIN.test(text)) return text.toLowerCase();
  const plain =
    text.length > LONGEST_NAME || ASCII.test(text)
      ? text
      : normalizeText(text, "NFKD").replace(/\p{M}+/gu, "");
  return plain.toLowerCase().replace(/\s+/g, " ").trim();
}
