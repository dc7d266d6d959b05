/** Gives a text fit to be quoted in a sentence: on one line, and cut off after `limit` characters. */
export function shorten(text: string, limit = 60): string {
  const line = text.slice(0, 4 * limit).replace(/\s+/g, " ");
  const characters = [...line];
  return characters.length > limit || text.length > 4 * limit
    ? `${characters.slice(0, limit).join("")}…`
    : line;
}
