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

/** What every secret begins with: scanners of leaked secrets find it by this. */
export const SECRET_START = "lk_";
/** In hexadecimal digits: of the part that is shown later on, of the 256 random bits, and of the checksum. */
const DIGITS = { name: 8, random: 64, checksum: 6 };
const PREFIX_CHARACTERS = SECRET_START.length + DIGITS.name;
/** Of all its digits. A literal, since patterns are looked at as they stand in the source. */
export const SECRET_PATTERN = /^lk_[0-9a-f]{78}$/;

/** Makes the secret of a new key: `lk_`, 8 digits that tell it from others, 256 random bits, and a checksum. */
export function createSecret(): ApiKeySecret {
  const text = SECRET_START + randomBytes((DIGITS.name + DIGITS.random) / 2).toString("hex");
  const secret = text + checksum(text);
  return { secret, prefix: secret.slice(0, PREFIX_CHARACTERS), secretHash: hash("sha256", secret) };
}

/**
 * The hash by which a key is looked up.
 *
 * @returns `null` for what was never a secret of ours: mistyped or cut off, it costs no query.
 */
export function hashSecret(secret: string): string | null {
  if (!SECRET_PATTERN.test(secret)) return null;
  const text = secret.slice(0, -DIGITS.checksum);
  return secret.endsWith(checksum(text)) ? hash("sha256", secret) : null;
}

function checksum(text: string): string {
  return hash("sha256", text).slice(0, DIGITS.checksum);
}
