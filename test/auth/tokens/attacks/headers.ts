import { exportJWK, generateKeyPair } from "jose";
import { type Attacks, type Forger, ownJwk, type Signer, signerOf } from "./forge.ts";

const { kid } = ownJwk;

const KIDS: unknown[] = [
  ...[undefined, null, 0, 1, true, [kid], { kid }, "", " ", `${kid} `, ` ${kid}`, `${kid}\u0000`],
  ...[kid.toUpperCase() === kid ? kid.toLowerCase() : kid.toUpperCase(), kid.slice(1), `${kid}0`],
  ...["../../../dev/null", "/dev/null", "..\\..\\keys", "file:///etc/passwd", "https://evil.test/jwks.json"],
  ...[
    "' OR '1'='1",
    "x' UNION SELECT 'secret' --",
    "'; DROP TABLE users; --",
    "#{JWT_SIGNING_KEY}",
    "{{7*7}}",
  ],
  ...["$(id)", "`id`", "*", "%00", "__proto__", "constructor", "prototype", "toString", "hasOwnProperty"],
  ...["undefined", "null", "NaN", "true", "0", "-1", "kid".repeat(2000), "clé", "ｋｅｙ", "theirs"],
];

/** Headers by which a token would bring its own key, or change how it is read. */
const EXTRAS: Record<string, unknown> = {
  jku: "https://evil.test/jwks.json",
  x5u: "https://evil.test/cert.pem",
  x5c: ["MIIBszCCAVmgAwIBAgIUZXZpbA=="],
  x5t: "ZXZpbGV2aWxldmlsZXZpbGV2aWw",
  "x5t#S256": "ZXZpbGV2aWxldmlsZXZpbGV2aWxldmlsZXZpbGV2aWw",
  b64: false,
  zip: "DEF",
  enc: "A256GCM",
  epk: { kty: "EC" },
  apu: "YQ",
  p2c: 1e9,
  cty: "JWT",
  url: "https://evil.test",
  nonce: "1",
  iss: "leadsy-local",
  ppt: "shaken",
  svt: "x",
  trust: [],
  admin: true,
};

const CRITS: unknown[] = [
  [],
  ["exp"],
  ["b64"],
  ["jku"],
  ["alg", "typ", "kid"],
  ["nosuch"],
  "exp",
  {},
  null,
  [1],
];

const TYPES: unknown[] = [
  ...[
    undefined,
    null,
    1,
    true,
    ["at+jwt"],
    {},
    "",
    "at",
    "JWT",
    "jwt",
    "at+JWT",
    "AT+JWT",
    " at+jwt",
    "at+jwt ",
  ],
  ...["application/at+jwt", "application/json", "rt+jwt", "refresh+jwt", "reset+jwt", "id+jwt", "logout+jwt"],
  ...["secevent+jwt", "dpop+jwt", "client-authentication+jwt", "at+jwt;v=1", "at+jws", "at jwt"],
];

/** Tokens whose header is not just ours; of those with a key of the attacker's, all else is right. */
export async function headerAttacks(forge: Forger): Promise<Attacks> {
  const attacks: Attacks = {};
  const { jwk, signer } = await stranger();
  const name = (value: unknown) => JSON.stringify(value)?.slice(0, 60);
  attacks["another key under our key's id"] = forge({ signer });
  for (const id of KIDS) {
    attacks[`our key under the id ${name(id)}`] = forge({ header: { kid: id } });
    attacks[`another key under the id ${name(id)}`] = forge({ header: { kid: id }, signer });
  }
  for (const [member, value] of Object.entries({ ...EXTRAS, jwk })) {
    attacks[`our key beside ${member}`] = forge({ header: { [member]: value } });
    attacks[`another key by ${member}`] = forge({ header: { [member]: value }, signer });
    attacks[`another key by ${member}, without an id`] = forge({
      header: { [member]: value, kid: undefined },
      signer,
    });
  }
  for (const crit of CRITS) {
    attacks[`crit ${name(crit)}`] = forge({ header: { crit } });
    attacks[`crit ${name(crit)}, with what it names`] = forge({
      header: { crit, b64: true, jku: "https://evil.test", nosuch: 1 },
    });
  }
  for (const typ of TYPES) attacks[`the type ${name(typ)}`] = forge({ header: { typ } });
  return attacks;
}

async function stranger(): Promise<{ jwk: object; signer: Signer }> {
  const { privateKey, publicKey } = await generateKeyPair("ES256", { extractable: true });
  return { jwk: await exportJWK(publicKey), signer: await signerOf(await exportJWK(privateKey)) };
}
