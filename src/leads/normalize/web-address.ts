/** In UTF-16 units: what browsers and servers agree on. */
export const MAX_WEB_ADDRESS_LENGTH = 2048;

const SCHEME = /^https?:\/\//i;
/** Scheme, host, and all from the port on. A name or an e-mail address before the host makes it none. */
const PARTS = /^(https?):\/\/([^\s/?#:@]+)((?::\d{1,5})?(?:[/?#]\S*)?)$/i;
const LABEL = /^[\p{L}\p{N}_](?:[\p{L}\p{M}\p{N}_-]{0,61}[\p{L}\p{M}\p{N}])?$/u;
const LAST_LABEL = /^(?:\p{L}[\p{L}\p{M}]+|xn--[a-z0-9-]+)$/iu;

/**
 * Reads the address of a web site: `example.com` and `www.Example.com/Contact` become `https://example.com` and
 * `https://www.example.com/Contact`. Of what is written in full the scheme stays.
 *
 * @returns `null` for what has no host that can be on the web: one without a dot, an e-mail address, a text.
 */
export function readWebAddress(text: string): string | null {
  const whole = SCHEME.test(text) ? text : `https://${text}`;
  if (whole.length > MAX_WEB_ADDRESS_LENGTH) return null;
  const [, scheme = "", host = "", rest = ""] = PARTS.exec(whole) ?? [];
  const labels = host.split(".");
  const last = labels.at(-1) ?? "";
  if (labels.length < 2 || !LAST_LABEL.test(last) || !labels.every((label) => LABEL.test(label))) return null;
  const address = `${scheme.toLowerCase()}://${host.toLowerCase()}${rest}`;
  return URL.canParse(address) ? address : null;
}
