import type { AppContext } from "../request/context.ts";

/**
 * The network that a request comes from, which is what limits count by: an IPv4 address, or the /64 of an IPv6
 * address, since the owner of one address of a /64 has all 2^64 of them.
 */
export function networkOf(c: AppContext): string {
  return networkOfAddress(c.req.header("CF-Connecting-IP") ?? null);
}

/** The same of an address; `local` for none. @see https://www.rfc-editor.org/rfc/rfc6177 */
export function networkOfAddress(address: string | null): string {
  if (!address) return "local";
  const text = address.slice(0, LONGEST).toLowerCase();
  if (!text.includes(":")) return text;
  const groups = groupsOf(text);
  if (!groups) return text;
  const [mapped, last] = [groups.slice(0, 6).join(":") === "0:0:0:0:0:ffff", groups.slice(6)];
  if (mapped) return last.flatMap((group) => octetsOf(group)).join(".");
  return `${groups.slice(0, 4).join(":")}::/64`;
}

/** No textual form of an address is longer. */
const LONGEST = 45;

/** The eight groups of an IPv6 address, without leading zeros; `null` for any other text. */
function groupsOf(address: string): string[] | null {
  const [head = "", tail, ...more] = withGroupsOnly(address).split("::");
  if (more.length > 0) return null;
  const [before, after] = [head, tail ?? ""].map((part) => (part === "" ? [] : part.split(":")));
  if (!before || !after) return null;
  const missing = 8 - before.length - after.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return null;
  const groups = [...before, ...Array<string>(missing).fill("0"), ...after];
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/.test(group))) return null;
  return groups.map((group) => Number.parseInt(group, 16).toString(16));
}

/** Writes an IPv4 address at the end of an IPv6 address as the two groups that it stands for. */
function withGroupsOnly(address: string): string {
  const start = address.lastIndexOf(":") + 1;
  const octets = address.slice(start).split(".");
  if (octets.length !== 4 || !octets.every((octet) => /^\d{1,3}$/.test(octet))) return address;
  const [a = 0, b = 0, c = 0, d = 0] = octets.map(Number);
  return `${address.slice(0, start)}${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
}

function octetsOf(group: string): number[] {
  const value = Number.parseInt(group, 16);
  return [value >> 8, value & 0xff];
}
