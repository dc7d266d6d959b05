const ASCII = /^[\0-\x7F]*$/;

/**
 * Gives a text in the form in which two that a person calls the same are equal: lower-case, without accents,
 * with single spaces.
 */
export function fold(text: string): string {
  const plain = ASCII.test(text) ? text : text.normalize("NFKD").replace(/\p{M}+/gu, "");
  return plain.toLowerCase().replace(/\s+/g, " ").trim();
}
