import { hash } from "node:crypto";

/** The ETag of an answer, by what it says: the same body has the same tag. */
export function entityTag(body: string): string {
  return `"${hash("sha1", body, "base64url")}"`;
}

/**
 * Whether an `If-None-Match`, or an `If-Match`, names what would be sent. A tag stands for every byte of it, so
 * that the `W/` of a compressing proxy makes no difference.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-13.1.2 (weak comparison)
 */
export function matchesETag(header: string | undefined, tag: string): boolean {
  if (!header) return false;
  return header.split(",").some((one) => one.trim() === "*" || one.trim().replace(/^W\//, "") === tag);
}
