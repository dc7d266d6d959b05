import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import { normalizePassword } from "./password-rules.ts";
import { COST } from "./scrypt-cost.ts";

const KEY_BYTES = 32;

/**
 * Hashes a password.
 *
 * @returns `scrypt$N$r$p$salt$key`, salt and key in base64: the cost travels with the hash, so that it can be
 * raised later.
 */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const key = await derive(password, salt, COST);
  return ["scrypt", COST.N, COST.r, COST.p, salt.toString("base64"), key.toString("base64")].join("$");
}

/**
 * Checks a password against a hash made by {@link hashPassword}.
 *
 * Without a hash (no such account, or no password yet) it works as long and answers `false`, so that the time
 * of a sign-in does not tell who has an account.
 */
export async function verifyPassword(password: string, hash: string | null): Promise<boolean> {
  const [, N, r, p, salt = "", key = ""] = (hash ?? NO_ACCOUNT).split("$");
  const expected = Buffer.from(key, "base64");
  const actual = await derive(password, Buffer.from(salt, "base64"), {
    N: Number(N),
    r: Number(r),
    p: Number(p),
  });
  return timingSafeEqual(actual, expected) && hash !== null;
}

/** Whether a hash was made with another cost than today's and should be made again at the next sign-in. */
export function needsRehash(hash: string): boolean {
  return !hash.startsWith(`scrypt$${COST.N}$${COST.r}$${COST.p}$`);
}

/** A key made of a password, at the cost of {@link hashPassword}: what depends on it tells no more than a hash. */
export function derivePasswordKey(password: string, salt: Buffer): Promise<Buffer> {
  return derive(password, salt, COST);
}

const NO_ACCOUNT = ["scrypt", COST.N, COST.r, COST.p, "AAAAAAAAAAAAAAAAAAAAAA==", `${"A".repeat(43)}=`].join(
  "$",
);

function derive(password: string, salt: Buffer, cost: typeof COST): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(normalizePassword(password), salt, KEY_BYTES, cost, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });
}
