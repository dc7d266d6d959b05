/** What an address has at its end, or goes on with: letters of any script, digits and `._%+-`. */
const BEFORE_ADDRESS = /[\p{L}\p{M}\p{N}._%+-]$/u;
const IN_DOMAIN = /^[\p{L}\p{M}\p{N}]/u;
/** Line breaks and tabs in the texts of JSON, as in `"see\nana@example.com"`. */
const ESCAPED_SPACES = "nrtbfv";

/**
 * Whether a text has an e-mail address that is not a part of another one: `ana@example.co` is in neither
 * `rosana@example.co` nor `ana@example.com`. A dot that ends a sentence belongs to no address.
 *
 * @param text in lower case, as is the address.
 */
export function hasAddress(text: string, address: string): boolean {
  for (let at = text.indexOf(address); at !== -1; at = text.indexOf(address, at + 1)) {
    if (beginsAt(text, at) && endsAt(text, at + address.length)) return true;
  }
  return false;
}

function beginsAt(text: string, at: number): boolean {
  let end = at;
  // No address begins with a dot, so that after `...` one begins.
  while (end > 0 && text.charAt(end - 1) === ".") end--;
  if (text.charAt(end - 2) === "\\" && ESCAPED_SPACES.includes(text.charAt(end - 1))) return true;
  // A letter may be two units of UTF-16.
  return !BEFORE_ADDRESS.test(text.slice(Math.max(0, end - 2), end));
}

function endsAt(text: string, end: number): boolean {
  const next = text.charAt(end);
  if (next === "-") return false;
  const after = next === "." ? end + 1 : end;
  return !IN_DOMAIN.test(text.slice(after, after + 2)) || (next === "." && isDigit(text.charAt(after)));
}

function isDigit(sign: string): boolean {
  return sign >= "0" && sign <= "9";
}
