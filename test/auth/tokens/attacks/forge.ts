import { env } from "cloudflare:test";
import type { JWK } from "jose";

/** Signs bytes, and returns the signature. */
export type Signer = (input: string) => Promise<Uint8Array> | Uint8Array;

export interface Forgery {
  header?: Record<string, unknown>;
  claims?: Record<string, unknown>;
  /** The installation's own key, where nobody else is named. */
  signer?: Signer;
}

export const ownJwk = JSON.parse(env.JWT_SIGNING_KEY) as JWK & { kid: string; x: string; y: string };

export const encode = (part: string | Uint8Array) => Buffer.from(part as string).toString("base64url");
export const bytesOf = (text: string) => new TextEncoder().encode(text);
export const seconds = () => Math.floor(Date.now() / 1000);

/** Signs as the installation does. */
export const own = await signerOf(ownJwk);

/** Signs with a key on P-256. */
export async function signerOf(jwk: JWK): Promise<Signer> {
  const { kty, crv, x, y, d } = jwk;
  const algorithm = { name: "ECDSA", namedCurve: "P-256" };
  const key = await crypto.subtle.importKey("jwk", { kty, crv, x, y, d } as JsonWebKey, algorithm, false, [
    "sign",
  ]);
  return async (input) =>
    new Uint8Array(
      await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, key, bytesOf(input).buffer as ArrayBuffer),
    );
}

/** A token of parts that are written already, rightly signed whatever they say. */
export async function seal(header: string, payload: string, signer: Signer = own): Promise<string> {
  return `${header}.${payload}.${encode(await signer(`${header}.${payload}`))}`;
}

export const goodHeader = () => ({ alg: "ES256", typ: "at+jwt", kid: ownJwk.kid });

export function goodClaims(userId: number) {
  return {
    ver: 0,
    sid: crypto.randomUUID(),
    iss: "leadsy-local",
    aud: "leadsy-api",
    sub: String(userId),
    iat: seconds(),
    exp: seconds() + 15 * 60,
    jti: crypto.randomUUID(),
  };
}

/** A token that would be good but for what differs; `undefined` takes a member out. */
export function forgerFor(userId: number) {
  return ({ header = {}, claims = {}, signer = own }: Forgery = {}): Promise<string> =>
    seal(
      encode(JSON.stringify({ ...goodHeader(), ...header })),
      encode(JSON.stringify({ ...goodClaims(userId), ...claims })),
      signer,
    );
}

export type Forger = ReturnType<typeof forgerFor>;
/** Tokens by what is wrong with them. */
export type Attacks = Record<string, string | Promise<string>>;
