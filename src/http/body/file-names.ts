import { normalizeText } from "../../text/normalize-text.ts";

const MOST_BYTES = 255;
/** An ending that says what a file is, and is kept where a name is shortened. */
const ENDING = /\.[A-Za-z0-9]{1,10}$/;

/**
 * Cleans the name of a file, so that it is safe wherever it is used: without folders, control and format
 * characters (line breaks, NUL, marks that turn the writing round) and what file systems do not take, without dots
 * and spaces at its ends, and of at most 255 bytes in UTF-8. Quotes stay: names have them, and {@link attachment}
 * writes them so that no client misreads them. What was cleaned stays as it is.
 *
 * @returns `""` where nothing is left.
 */
export function cleanFileName(name: string): string {
  const visible = normalizeText(
    name.toWellFormed().replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cn}]/gu, ""),
    "NFC",
  );
  const base = visible.slice(Math.max(visible.lastIndexOf("/"), visible.lastIndexOf("\\")) + 1);
  const plain = base.replace(/[<>:|?*]/g, "_").replace(/\p{Zs}/gu, " ");
  return shorten(trimEnds(normalizeText(plain, "NFC")));
}

function shorten(name: string): string {
  if (bytesOf(name) <= MOST_BYTES) return name;
  const ending = ENDING.exec(name)?.[0] ?? "";
  const characters = [...name.slice(0, name.length - ending.length)];
  let left = MOST_BYTES - bytesOf(ending);
  let kept = 0;
  while (kept < characters.length) {
    left -= bytesOf(characters[kept] ?? "");
    if (left < 0) break;
    kept++;
  }
  return trimEnds(characters.slice(0, kept).join("")) + ending;
}

/** Takes spaces and dots off both ends, in one pass each. */
function trimEnds(name: string): string {
  let [start, end] = [0, name.length];
  while (start < end && isLoose(name.charAt(start))) start++;
  while (end > start && isLoose(name.charAt(end - 1))) end--;
  return name.slice(start, end);
}

function isLoose(character: string): boolean {
  return character === "." || character === " ";
}

function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}

/**
 * The header under whose name clients save a file: in ASCII for old clients, and unchanged for all others.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6266
 */
export function attachment(name: string): string {
  const clean = cleanFileName(name) || "download";
  const ascii = clean.replace(/[^\x20-\x7e]|["\\%]/g, "_");
  const encoded = encodeURIComponent(clean).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
