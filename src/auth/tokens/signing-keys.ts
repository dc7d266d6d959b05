import { importJWK, type JWK } from "jose";
import { lruCache } from "../../lru-cache.ts";

/** What access tokens are signed with: ECDSA on P-256. */
export const ALGORITHM = "ES256";

type Key = ReturnType<typeof importJWK>;

/** The key that signs. @throws where the secret is not one. */
export function signingKey(env: Env): { kid: string; key: Key } {
  const jwk = signingJwk(env);
  return { kid: jwk.kid ?? "", key: importKey(jwk) };
}

/** The key that a token names: the one that signs, or the one before it while that is still set. */
export function checkingKey(env: Env, kid: unknown): Key | null {
  const jwk = acceptedJwks(env).find((one) => one.kid === kid);
  return jwk ? importKey(publicPart(jwk)) : null;
}

/** The public keys, for services that verify tokens elsewhere (RFC 7517). */
export function publicJwks(env: Env): { keys: JWK[] } {
  return { keys: acceptedJwks(env).map((jwk) => ({ ...publicPart(jwk), use: "sig", alg: ALGORITHM })) };
}

function signingJwk(env: Env): JWK {
  const jwk = JSON.parse(env.JWT_SIGNING_KEY) as JWK;
  if (!jwk.kid || !jwk.d) throw new Error("JWT_SIGNING_KEY must be a private JWK with a kid");
  return jwk;
}

function acceptedJwks(env: Env): JWK[] {
  const previous = env.JWT_PREVIOUS_KEY ? [JSON.parse(env.JWT_PREVIOUS_KEY) as JWK] : [];
  return [signingJwk(env), ...previous];
}

/** What of a key may be shown. */
function publicPart({ kty, crv, x, y, kid }: JWK): JWK {
  return { kty, crv, x, y, kid } as JWK;
}

const imported = lruCache<Key>(10);

function importKey(jwk: JWK): Key {
  const id = `${jwk.kid}/${jwk.d ? "private" : "public"}/${jwk.x}`;
  let key = imported.get(id);
  if (!key) {
    key = importJWK(jwk, ALGORITHM);
    imported.set(id, key);
  }
  return key;
}
