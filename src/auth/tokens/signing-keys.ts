import { importJWK, type JWK } from "jose";
import type { PublicKey, Settings, SigningKey } from "../../env.ts";
import { lruCache } from "../../lru-cache.ts";

/** What access tokens are signed with: ECDSA on P-256. */
export const ALGORITHM = "ES256";

type Key = ReturnType<typeof importJWK>;

type Keys = Pick<Settings, "signingKey" | "previousKey">;

/** The key that signs. */
export function importSigningKey({ signingKey }: Keys): { kid: string; key: Key } {
  return { kid: signingKey.kid, key: importKey(signingKey) };
}

/** The key that a token names: the one that signs, or the one before it while that is still set. */
export function checkingKey(keys: Keys, kid: unknown): Key | null {
  const jwk = acceptedKeys(keys).find((one) => one.kid === kid);
  return jwk ? importKey(publicPart(jwk)) : null;
}

/** The public keys, for services that verify tokens elsewhere (RFC 7517). */
export function publicJwks(keys: Keys): { keys: JWK[] } {
  return { keys: acceptedKeys(keys).map((jwk) => ({ ...publicPart(jwk), use: "sig", alg: ALGORITHM })) };
}

function acceptedKeys({ signingKey, previousKey }: Keys): PublicKey[] {
  return previousKey ? [signingKey, previousKey] : [signingKey];
}

/** What of a key may be shown. */
function publicPart({ kty, crv, x, y, kid }: PublicKey): PublicKey {
  return { kty, crv, x, y, kid };
}

const imported = lruCache<Key>(10);

function importKey(jwk: PublicKey | SigningKey): Key {
  const id = `${jwk.kid}/${"d" in jwk ? "private" : "public"}/${jwk.x}`;
  let key = imported.get(id);
  if (!key) {
    key = importJWK(jwk, ALGORITHM);
    imported.set(id, key);
  }
  return key;
}
