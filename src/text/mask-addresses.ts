/** What no address goes over: see `readEmail`. */
const PARTS = /([\s,;:<>()[\]{}"'|/\\]+)/;
/** Stands for an address. */
const MASK = "(e-mail)";

/**
 * The name that a column gives to a custom field, without e-mail addresses: a name stands in every lead that has the
 * field, where it would outlast the erasing of the person. Columns that differ in nothing else are numbered like any
 * that have one name.
 *
 * @param header as the file has it.
 */
export function maskAddresses(header: string): string {
  if (!header.includes("@")) return header;
  const masked = header
    .replace(/\s?@\s?/g, "@")
    .split(PARTS)
    .map((part) => {
      const ends = part.length - trailingDots(part);
      return isAddress(part.slice(0, ends)) ? MASK + part.slice(ends) : part;
    })
    .join("");
  return masked.includes(MASK) ? masked : header;
}

function isAddress(text: string): boolean {
  const at = text.indexOf("@");
  return at > 0 && text.lastIndexOf(".") > at + 1;
}

function trailingDots(text: string): number {
  let dots = 0;
  while (text.charAt(text.length - 1 - dots) === ".") dots++;
  return dots;
}
