import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import type { Settings } from "../../env.ts";

const CIPHER = "aes-256-gcm";
/** In bytes. @see https://doi.org/10.6028/NIST.SP.800-38D (5.2.1.1, and 8.2.2 for random ones) */
const NONCE = 12;
const TAG = 16;

/** A secret that the present `LINK_KEY` does not open: it was sealed with another one. */
export class SecretUnreadable extends Error {
  override readonly name = "SecretUnreadable";
}

/**
 * Encrypts the secret of a webhook: it has to be read again to sign, so no hash of it would do.
 *
 * @param companyId whose it is: it opens for no other company.
 */
export function seal(settings: Settings, companyId: number, secret: string): string {
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv(CIPHER, keyOf(settings), nonce).setAAD(ownerOf(companyId));
  const sealed = Buffer.concat([cipher.update(secret, "utf8"), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString("base64");
}

/** Reads what {@link seal} has written. @throws SecretUnreadable */
export function unseal(settings: Settings, companyId: number, sealed: string): string {
  const bytes = Buffer.from(sealed, "base64");
  try {
    const decipher = createDecipheriv(CIPHER, keyOf(settings), bytes.subarray(0, NONCE))
      .setAAD(ownerOf(companyId))
      .setAuthTag(bytes.subarray(NONCE, NONCE + TAG));
    return Buffer.concat([decipher.update(bytes.subarray(NONCE + TAG)), decipher.final()]).toString("utf8");
  } catch {
    throw new SecretUnreadable("sealed with another LINK_KEY");
  }
}

/** A key of its own, so that nothing else that `LINK_KEY` is for gives a hint of it (RFC 5869). */
function keyOf({ linkKey }: Settings): Buffer {
  return Buffer.from(hkdfSync("sha256", linkKey, "", "secrets of webhooks", 32));
}

function ownerOf(companyId: number): Buffer {
  return Buffer.from(`company/${companyId}`);
}
