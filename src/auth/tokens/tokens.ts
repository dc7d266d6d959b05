import { jwtVerify, SignJWT } from "jose";
import * as z from "zod";
import { type Settings, settingsOf } from "../../env.ts";
import { lruCache } from "../../lru-cache.ts";
import { ALGORITHM, checkingKey, importSigningKey } from "./signing-keys.ts";

/** How long an access token is good for, in seconds. */
export const ACCESS_TOKEN_SECONDS = 15 * 60;

/** By how much the clocks of two machines may differ, in milliseconds. */
const CLOCK_SKEW = 5_000;

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
  const settings = settingsOf(env);
  const { kid, key } = importSigningKey(settings);
  const issuedAt = Math.floor(now / 1000);
  const expiresAt = issuedAt + ACCESS_TOKEN_SECONDS;
  const token = await new SignJWT({ ver: user.tokenVersion, sid: session })
    .setProtectedHeader({ alg: ALGORITHM, typ: TYPE, kid })
    .setIssuer(issuerOf(settings))
    .setAudience(AUDIENCE)
    .setSubject(String(user.id))
    .setIssuedAt(issuedAt)
    .setExpirationTime(expiresAt)
    .setJti(crypto.randomUUID())
    .sign(await key);
  return { token, expiresAt };
}

/** All that {@link signAccessToken} writes: no `jku` or `crit` beside it, and no claim that we do not know. */
const Header = z.strictObject({ alg: z.literal(ALGORITHM), typ: z.literal(TYPE), kid: z.string() });
const Claims = z.strictObject({
  ver: z.int().nonnegative(),
  sid: z.string().min(1),
  iss: z.string(),
  aud: z.literal(AUDIENCE),
  sub: z.string().regex(/^[1-9]\d{0,15}$/),
  iat: z.int().positive(),
  exp: z.int().positive(),
  jti: z.string().min(1),
});

/**
 * Checks an access token: algorithm, key, type, issuer, audience and times are fixed here, and of its header only
 * the key's id is listened to (RFC 8725). The type is its purpose: nothing else that we sign is an `at+jwt`.
 *
 * @param now milliseconds since 1970.
 * @returns `null` for whatever is not a good token.
 */
export async function verifyAccessToken(env: Env, token: string, now: number): Promise<AccessClaims | null> {
  const known = verified.get(token);
  // Other keys come with another environment: a token that the old ones vouched for is checked again.
  if (known && known.env === env) return known.claims.expiresAt * 1000 > now ? known.claims : null;
  const claims = await check(settingsOf(env), token, now);
  if (claims) verified.set(token, { env, claims });
  return claims;
}

/** Tokens whose signature this isolate has checked: a signature does not change, and checking one costs 0.1 ms. */
const verified = lruCache<{ env: Env; claims: AccessClaims }>(1000);

async function check(settings: Settings, token: string, now: number): Promise<AccessClaims | null> {
  try {
    const { payload, protectedHeader } = await jwtVerify(
      token,
      (header) => {
        const key = checkingKey(settings, header.kid);
        if (!key) throw new Error("unknown key id");
        return key;
      },
      {
        algorithms: [ALGORITHM],
        typ: TYPE,
        issuer: issuerOf(settings),
        audience: AUDIENCE,
        currentDate: new Date(now),
      },
    );
    Header.parse(protectedHeader);
    const { sub, ver, sid, iat, exp } = Claims.parse(payload);
    if (token !== spell(protectedHeader, payload, token)) return null;
    if (iat * 1000 > now + CLOCK_SKEW || exp - iat > ACCESS_TOKEN_SECONDS) return null;
    return { userId: Number(sub), version: ver, session: sid, expiresAt: exp };
  } catch {
    return null;
  }
}

/**
 * A token as we would have written it. JSON and base64 can say the same in several ways (a member twice, spaces,
 * spare bits at the end), and what reads them need not agree on which of them counts: we take one.
 */
function spell(header: object, payload: object, token: string): string {
  const signature = Buffer.from(token.slice(token.lastIndexOf(".") + 1), "base64url");
  const json = [header, payload].map((part) => Buffer.from(JSON.stringify(part)));
  return [...json, signature].map((part) => part.toString("base64url")).join(".");
}

function issuerOf({ publicUrl }: Settings): string {
  return publicUrl || "leadsy-local";
}
