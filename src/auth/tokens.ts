import { importJWK, type JWK, jwtVerify, SignJWT } from "jose";
import { settingsOf } from "../env.ts";

/** How long an access token is good for, in seconds. */
export const ACCESS_TOKEN_SECONDS = 15 * 60;

const ALGORITHM = "ES256";
const TYPE = "at+jwt";
const AUDIENCE = "leadsy-api";

/** What an access token says, after it was checked. Times in seconds since 1970. */
export interface AccessClaims {
  userId: number;
  /** The user's `token_version` when it was signed. */
  version: number;
  /** The family of sessions that it belongs to: all that came from one sign-in. */
  session: string;
  expiresAt: number;
}

/**
 * Signs an access token.
 *
 * @param session the family of sessions that it belongs to.
 * @param now milliseconds since 1970.
 * @see https://www.rfc-editor.org/rfc/rfc9068 for `at+jwt`
 */
export async function signAccessToken(
  env: Env,
  user: { id: number; tokenVersion: number },
  session: string,
  now: number,
): Promise<{ token: string; expiresAt: number }> {
  const jwk = signingJwk(env);
  const issuedAt = Math.floor(now / 1000);
  const expiresAt = issuedAt + ACCESS_TOKEN_SECONDS;
  const token = await new SignJWT({ ver: user.tokenVersion, sid: session })
    .setProtectedHeader({ alg: ALGORITHM, typ: TYPE, kid: jwk.kid ?? "" })
    .setIssuer(issuerOf(env))
    .setAudience(AUDIENCE)
    .setSubject(String(user.id))
    .setIssuedAt(issuedAt)
    .setExpirationTime(expiresAt)
    .setJti(crypto.randomUUID())
    .sign(await importKey(jwk));
  return { token, expiresAt };
}

/**
 * Checks an access token: algorithm, key, type, issuer, audience and times are fixed here and never taken from
 * the token (RFC 8725).
 *
 * @returns `null` for whatever is not a good token.
 */
export async function verifyAccessToken(env: Env, token: string, now: number): Promise<AccessClaims | null> {
  const known = verified.get(token);
  if (known && known.env === env) return known.claims.expiresAt * 1000 > now ? known.claims : null;
  const claims = await check(env, token, now);
  if (claims) remember(token, { env, claims });
  return claims;
}

/** Tokens whose signature this isolate has checked: a signature does not change, and checking one costs 0.1 ms. */
const verified = new Map<string, { env: Env; claims: AccessClaims }>();
const REMEMBERED = 1000;

function remember(token: string, entry: { env: Env; claims: AccessClaims }): void {
  if (verified.size >= REMEMBERED) {
    const oldest = verified.keys().next().value;
    if (oldest !== undefined) verified.delete(oldest);
  }
  verified.set(token, entry);
}

async function check(env: Env, token: string, now: number): Promise<AccessClaims | null> {
  try {
    const { payload } = await jwtVerify(
      token,
      (header) => {
        const jwk = acceptedJwks(env).find((one) => one.kid === header.kid);
        if (!jwk) throw new Error("unknown key id");
        return importKey(publicPart(jwk));
      },
      {
        algorithms: [ALGORITHM],
        typ: TYPE,
        issuer: issuerOf(env),
        audience: AUDIENCE,
        requiredClaims: ["sub", "iat", "exp", "jti"],
        currentDate: new Date(now),
      },
    );
    const { sub, iat = Number.POSITIVE_INFINITY, exp = 0, ver, sid } = payload;
    if (typeof sub !== "string" || !/^[1-9]\d{0,15}$/.test(sub)) return null;
    if (typeof payload.aud !== "string" || typeof ver !== "number") return null;
    if (typeof sid !== "string" || sid === "") return null;
    if (iat * 1000 > now + CLOCK_SKEW || exp - iat > ACCESS_TOKEN_SECONDS) return null;
    return { userId: Number(sub), version: ver, session: sid, expiresAt: exp };
  } catch {
    return null;
  }
}

const CLOCK_SKEW = 5_000;

function issuerOf(env: Env): string {
  return settingsOf(env).publicUrl || "leadsy-local";
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

/** The keys that tokens are checked with, for whoever checks them elsewhere (RFC 7517). */
export function publicJwks(env: Env): { keys: JWK[] } {
  return { keys: acceptedJwks(env).map((jwk) => ({ ...publicPart(jwk), use: "sig", alg: ALGORITHM })) };
}

function publicPart({ d: _, ...jwk }: JWK): JWK {
  return jwk;
}

const imported = new Map<string, ReturnType<typeof importJWK>>();

function importKey(jwk: JWK): ReturnType<typeof importJWK> {
  const id = `${jwk.kid}/${jwk.d ? "private" : "public"}/${jwk.x}`;
  let key = imported.get(id);
  if (!key) {
    key = importJWK(jwk, ALGORITHM);
    imported.set(id, key);
  }
  return key;
}
