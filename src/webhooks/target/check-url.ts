import type { Settings } from "../../env.ts";
import type { Failure } from "../request/failures.ts";
import { addressOf, isLoopbackAddress, isPublicAddress } from "./addresses.ts";

/** Why nothing is sent to an address: in a word for programs, and what is wrong with it. */
export class TargetRefused extends Error {
  override readonly name = "TargetRefused";
  readonly code: Failure;

  constructor(code: Failure, detail: string) {
    super(detail);
    this.code = code;
  }
}

const MOST_CHARACTERS = 2048;

/** In characters; a resolver refuses to be asked for more. @see https://www.rfc-editor.org/rfc/rfc1035#section-2.3.4 */
const MOST_OF_NAME = 253;
const MOST_OF_LABEL = 63;

/** The ports of HTTPS that receivers have; an empty one is 443. */
const PORTS = ["", "443", "8443"];

/**
 * Names that belong to no receiver on the internet: special ones (RFC 6761, RFC 6762, RFC 8375, RFC 9476), and what
 * networks and clouds call their own machines.
 */
const OWN_NAMES = new Set([
  ...["localhost", "local", "internal", "intranet", "private", "corp", "home", "lan", "localdomain"],
  ...["test", "example", "invalid", "onion", "alt", "arpa"],
]);

/** Where a webhook may lead, by the settings of the installation. */
export type TargetSettings = Pick<Settings, "publicUrl" | "webhookLoopback">;

/**
 * Reads the address of a receiver: `https` on the internet, and nothing of this installation's own network. Numbers
 * in other spellings (`https://2130706433`, `https://0x7f.1`) are read as browsers do (WHATWG URL), before they are
 * looked at.
 *
 * @throws TargetRefused
 */
export function checkUrl(text: string, { publicUrl, webhookLoopback }: TargetSettings): URL {
  const url = URL.parse(text);
  // An address can get longer by how it is written.
  if (!url || url.href.length > MOST_CHARACTERS) {
    throw new TargetRefused("invalid_format", "must be an address such as https://hooks.example.com/leads");
  }
  if (url.username || url.password) {
    throw new TargetRefused("credentials", "must have neither a name nor a password in it");
  }
  const hostname = url.hostname.replace(/\.$/, "");
  const address = addressOf(hostname);
  const isLoopback = hostname === "localhost" || (address !== null && isLoopbackAddress(address));
  if (webhookLoopback && isLoopback && ["http:", "https:"].includes(url.protocol)) return url;
  if (url.protocol !== "https:") throw new TargetRefused("not_https", "must begin with https://");
  if (!PORTS.includes(url.port)) {
    throw new TargetRefused("port", "must have the port 443 or 8443, or none, which is 443");
  }
  if (address === null) checkName(hostname, publicUrl);
  else if (!isPublicAddress(address)) throw privateAddress();
  return url;
}

/** The refusal of an address that is none of the internet. */
export function privateAddress(): TargetRefused {
  const detail = "must lead to the internet: this is an address of a private, local or reserved network";
  return new TargetRefused("private_address", detail);
}

function checkName(hostname: string, publicUrl: string): void {
  const labels = hostname.split(".");
  if (hostname.length > MOST_OF_NAME || labels.some(({ length }) => length < 1 || length > MOST_OF_LABEL)) {
    throw new TargetRefused("invalid_format", "must have a name whose parts have 1 to 63 characters each");
  }
  if (labels.length < 2 || OWN_NAMES.has(labels.at(-1) ?? "")) {
    throw new TargetRefused("private_name", "must have a name that the internet knows");
  }
  if (hostname === URL.parse(publicUrl)?.hostname) {
    throw new TargetRefused("own_address", "must be another one than this API's own");
  }
}
