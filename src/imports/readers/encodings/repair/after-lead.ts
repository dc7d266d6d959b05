/** How the characters begin in UTF-8 that Windows-1252 has from 0x80 to 0xbf. */
const TRAILS: ReadonlySet<number> = new Set([0xc2, 0xc5, 0xc6, 0xcb, 0xe2]);

/**
 * Whether a character beyond ASCII follows one that the first byte of a character of UTF-8 is in Windows-1252 (`Ã`), in
 * Mac Roman (`√`, `‚`) or in a DOS page (`├`, `┬`): then UTF-8 may have been read as such a page, and encoded again.
 *
 * @param at where the character begins that follows, after another one beyond ASCII.
 */
export function isAfterLead(bytes: Uint8Array, at: number): boolean {
  const last = bytes[at - 1] ?? 0;
  if (bytes[at - 2] === 0xc3) {
    const byte = bytes[at] as number;
    if (!TRAILS.has(byte)) return false;
    // Letters that three bytes begin with stand before signs in good texts, too: “là », …”.
    return last < 0xa0 || (bytes[at + (byte === 0xe2 ? 3 : 2)] ?? 0x80) >= 0x80;
  }
  if (bytes[at - 3] !== 0xe2) return false;
  const middle = bytes[at - 2];
  return middle === 0x94 || (last === 0x9a && (middle === 0x88 || middle === 0x80));
}
