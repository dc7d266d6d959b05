import { createHmac } from "node:crypto";
import {
  type Attacks,
  bytesOf,
  encode,
  type Forger,
  goodHeader,
  ownJwk,
  type Signer,
  seal,
} from "./forge.ts";

const { kty, crv, x, y, kid } = ownJwk;
const point = Buffer.concat([Buffer.from([4]), Buffer.from(x, "base64url"), Buffer.from(y, "base64url")]);
const SPKI_HEAD = Buffer.from("3059301306072a8648ce3d020106082a8648ce3d030107034200", "hex");
const spki = Buffer.concat([SPKI_HEAD, point]);
const body = spki.toString("base64").replace(/.{64}/g, "$&\n");
const pem = `-----BEGIN PUBLIC KEY-----\n${body}\n-----END PUBLIC KEY-----`;

/** What a verifier that takes the public key for a secret might hash with. */
const PUBLIC_SECRETS: Record<string, string | Uint8Array> = {
  "the JWK as published": JSON.stringify({ kty, crv, x, y, kid, use: "sig", alg: "ES256" }),
  "the JWK without its use": JSON.stringify({ kty, crv, x, y, kid }),
  "the JWK's four members": JSON.stringify({ kty, crv, x, y }),
  "the key set": JSON.stringify({ keys: [{ kty, crv, x, y, kid, use: "sig", alg: "ES256" }] }),
  "the point": point,
  "the point without its head": point.subarray(1),
  "the point in hex": point.toString("hex"),
  "x alone": Buffer.from(x, "base64url"),
  "x as written": x,
  "y as written": y,
  "x and y as written": x + y,
  "the DER": spki,
  "the DER in base64": spki.toString("base64"),
  "the PEM": pem,
  "the PEM with a last line end": `${pem}\n`,
  "the PEM with CRLF": `${pem.replaceAll("\n", "\r\n")}\r\n`,
  "the key's id": kid,
  "an empty secret": "",
  "a secret of zeros": new Uint8Array(32),
  "a guess": "secret",
};

const hmac = (hash: string, secret: string | Uint8Array): Signer => {
  return (input) => createHmac(hash, secret).update(input).digest();
};

/** `none` in every mixture of large and small letters. */
const NONES = Array.from({ length: 16 }, (_, bits) =>
  [..."none"].map((letter, at) => (bits & (1 << at) ? letter.toUpperCase() : letter)).join(""),
);

const OTHER_NAMES = [
  ...["es256", "Es256", "ES256 ", " ES256", "ES256\u0000", "ES256K", "ES384", "ES512", "RS256", "PS256"],
  ...[
    "EdDSA",
    "Ed25519",
    "ECDSA",
    "P-256",
    "dir",
    "A256KW",
    "ECDH-ES",
    "HS256,ES256",
    "",
    "null",
    "toString",
  ],
];

/** Keys of other algorithms, with which an attacker signs under our key's id. */
const OTHER_KEYS: [alg: string, generate: object, sign: object][] = [
  ["ES384", { name: "ECDSA", namedCurve: "P-384" }, { name: "ECDSA", hash: "SHA-384" }],
  ["ES512", { name: "ECDSA", namedCurve: "P-521" }, { name: "ECDSA", hash: "SHA-512" }],
  ["RS256", rsa("RSASSA-PKCS1-v1_5", "SHA-256"), { name: "RSASSA-PKCS1-v1_5" }],
  ["RS512", rsa("RSASSA-PKCS1-v1_5", "SHA-512"), { name: "RSASSA-PKCS1-v1_5" }],
  ["PS256", rsa("RSA-PSS", "SHA-256"), { name: "RSA-PSS", saltLength: 32 }],
  ["EdDSA", { name: "Ed25519" }, { name: "Ed25519" }],
];

function rsa(name: string, hash: string) {
  return { name, hash, modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) };
}

async function strangerOf(generate: object, sign: object): Promise<Signer> {
  const { privateKey } = (await crypto.subtle.generateKey(generate as never, true, [
    "sign",
  ])) as CryptoKeyPair;
  return async (input) =>
    new Uint8Array(await crypto.subtle.sign(sign as never, privateKey, bytesOf(input).buffer as ArrayBuffer));
}

/** Tokens that name an algorithm, or are signed with one, that is not ours. */
export async function algorithmAttacks(forge: Forger): Promise<Attacks> {
  const attacks: Attacks = {};
  const good = await forge();
  const [, payload = ""] = good.split(".");
  for (const alg of NONES) {
    const header = encode(JSON.stringify({ ...goodHeader(), alg }));
    attacks[`${alg}, unsigned`] = `${header}.${payload}.`;
    attacks[`${alg}, rightly signed`] = seal(header, payload);
  }
  attacks["none, with the signature of a good one"] =
    `${encode(JSON.stringify({ ...goodHeader(), alg: "none" }))}.${payload}.${good.split(".")[2]}`;
  for (const [what, secret] of Object.entries(PUBLIC_SECRETS)) {
    for (const bits of ["256", "384", "512"]) {
      const signer = hmac(`sha${bits}`, secret);
      attacks[`HS${bits} with ${what}`] = forge({ header: { alg: `HS${bits}` }, signer });
    }
    attacks[`ES256, but hashed with ${what}`] = forge({ signer: hmac("sha512", secret) });
  }
  for (const alg of OTHER_NAMES) attacks[`the algorithm “${alg}”`] = forge({ header: { alg } });
  for (const alg of [undefined, null, 256, true, ["ES256"], { name: "ES256" }]) {
    attacks[`the algorithm ${JSON.stringify(alg)}`] = forge({ header: { alg } });
  }
  for (const [alg, generate, sign] of OTHER_KEYS) {
    const signer = await strangerOf(generate, sign);
    attacks[`${alg} with a key of its own`] = forge({ header: { alg }, signer });
    attacks[`ES256 that is ${alg}`] = forge({ signer });
  }
  return attacks;
}
