import { hash, randomBytes } from "node:crypto";

/** The secret of an API key, and what is kept of it. */
export interface ApiKeySecret {
  /** Shown once. */
  secret: string;
  /** How it begins: kept in clear, and too little to be of use. */
  prefix: string;
  /** SHA-256, hexadecimal. */
  secretHash: string;
}

/** What the secrets of keys and of links for imports begin with: scanners of leaked secrets find them by this. */
export const SECRET_STARTS = { key: "lk_", importLink: "il_" } as const;
/** How long each of these is. */
const START_CHARACTERS = 3;
/** In hexadecimal digits: of the part that is shown later on, of the 256 random bits, and of the checksum. */
const DIGITS = { name: 8, random: 64, checksum: 6 };
const PREFIX_CHARACTERS = START_CHARACTERS + DIGITS.name;
/** Of all its digits. A literal, since patterns are looked at as they stand in the source. */
export const SECRET_PATTERN = /^lk_[0-9a-f]{78}$/;
export const LINK_SECRET_PATTERN = /^il_[0-9a-f]{78}$/;

/** Makes a new secret: what its kind begins with, 8 digits that tell it from others, 256 random bits, and a checksum. */
export function createSecret(kind: keyof typeof SECRET_STARTS = "key"): ApiKeySecret {
  const text = SECRET_STARTS[kind] + randomBytes((DIGITS.name + DIGITS.random) / 2).toString("hex");
  const secret = text + checksum(text);
  return { secret, prefix: secret.slice(0, PREFIX_CHARACTERS), secretHash: hash("sha256", secret) };
}

/** Whether what a request came with is the secret of a key or a link, as far as its beginning tells. */
export function looksLikeSecret(token: string): boolean {
  return Object.values(SECRET_STARTS).some((start) => token.startsWith(start));
}

/**
 * The hash by which a key is looked up.
 *
 * @returns `null` for what was never a secret of ours: mistyped or cut off, it costs no query.
 */
export function hashSecret(secret: string): string | null {
  if (!SECRET_PATTERN.test(secret) && !LINK_SECRET_PATTERN.test(secret)) return null;
  const text = secret.slice(0, -DIGITS.checksum);
  return secret.endsWith(checksum(text)) ? hash("sha256", secret) : null;
}

function checksum(text: string): string {
  return hash("sha256", text).slice(0, DIGITS.checksum);
}
