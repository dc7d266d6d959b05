import { type Attacks, encode, type Forger, goodClaims, goodHeader, seal } from "./forge.ts";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const ORDER = Buffer.from("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", "hex");
const ZERO = Buffer.alloc(32);
const ONE = Buffer.concat([Buffer.alloc(31), Buffer.from([1])]);

/** A signature in DER, as other systems write it. */
function der(signature: Buffer): Buffer {
  const integers = [signature.subarray(0, 32), signature.subarray(32)].map((part) => {
    const value = (part[0] ?? 0) > 127 ? Buffer.concat([Buffer.from([0]), part]) : part;
    return Buffer.concat([Buffer.from([2, value.length]), value]);
  });
  const body = Buffer.concat(integers);
  return Buffer.concat([Buffer.from([0x30, body.length]), body]);
}

/** JSON that says the same as a good token's in another way, or more than once, or that is no object. */
function spellingsOf(claims: Record<string, unknown>): Record<string, string> {
  const json = JSON.stringify(claims);
  const rest = json.slice(1);
  const twice = Object.fromEntries(
    Object.entries(claims).flatMap(([name, value]) => [
      [`${name} twice`, `{${JSON.stringify(name)}:${JSON.stringify(value)},${rest}`],
      [`another ${name} before it`, `{${JSON.stringify(name)}:"1",${rest}`],
      [`another ${name} after it`, `${json.slice(0, -1)},${JSON.stringify(name)}:"1"}`],
    ]),
  );
  return {
    ...twice,
    "a space before": ` ${json}`,
    "a space after": `${json} `,
    "a line end after": `${json}\n`,
    "spaces within": JSON.stringify(claims, null, 1),
    "a byte order mark": `\uFEFF${json}`,
    "an escaped name": json.replace(/"(\w)(\w*)":/, (_, first, rest) => `"${escaped(first)}${rest}":`),
    "an escaped value": json.replace(/:"(\w)/, (_, first) => `:"${escaped(first)}`),
    "a comma too much": json.replace(/}$/, ",}"),
    "a comment": `${json}/**/`,
    "single quotes": json.replaceAll('"', "'"),
    "two objects": json + json,
    "an array of it": `[${json}]`,
    "a string of it": JSON.stringify(json),
    "all under __proto__": `{"__proto__":${json}}`,
    "__proto__ beside it": `{"__proto__":{"operator":true},${rest}`,
    null: "null",
    "a number": "1",
    "an empty object": "{}",
    nothing: "",
  };
}

const escaped = (letter: string) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`;

/** Tokens that are another token's bytes in another order, or a good one in another spelling. */
export async function spellingAttacks(forge: Forger, userId: number): Promise<Attacks> {
  const attacks: Attacks = {};
  const good = await forge();
  const [header = "", payload = "", signature = ""] = good.split(".");
  const bytes = Buffer.from(signature, "base64url");
  const [r, s] = [bytes.subarray(0, 32), bytes.subarray(32)];

  for (const [what, json] of Object.entries(spellingsOf(goodClaims(userId)))) {
    attacks[`claims with ${what}`] = seal(header, encode(json));
  }
  for (const [what, json] of Object.entries(spellingsOf(goodHeader()))) {
    attacks[`a header with ${what}`] = seal(encode(json), payload);
  }

  const claims = JSON.stringify(goodClaims(userId));
  for (const end of ["$1e0", "$1.0", "$1.", "0$1", "+$1", "NaN", "Infinity", "-0"]) {
    attacks[`claims with the number ${end}`] = seal(header, encode(claims.replace(/(?<="exp":)(\d+)/, end)));
  }

  const pairs: [string, Uint8Array[]][] = [
    ["two zeros", [ZERO, ZERO]],
    ["r zero", [ZERO, s]],
    ["s zero", [r, ZERO]],
    ["two ones", [ONE, ONE]],
    ["the order twice", [ORDER, ORDER]],
    ["r the order", [ORDER, s]],
    ["s the order", [r, ORDER]],
    ["r and s swapped", [s, r]],
    ["r twice", [r, r]],
    ["all bits set", [Buffer.alloc(64, 255)]],
    ["a zero before", [Buffer.from([0]), bytes]],
    ["zeros before r and s", [Buffer.from([0]), r, Buffer.from([0]), s]],
    ["DER", [der(bytes)]],
    ["the same twice", [bytes, bytes]],
    ["nothing", []],
  ];
  for (const [what, parts] of pairs) {
    attacks[`a signature of ${what}`] = `${header}.${payload}.${encode(Buffer.concat(parts))}`;
  }
  for (const count of [1, 2, 3, 4, 8, 16, 43, 85]) {
    attacks[`a signature without its last ${count}`] = good.slice(0, -count);
    attacks[`a signature with ${count} more`] = good + "A".repeat(count);
  }
  // The last character holds two bits of the signature and four that say nothing.
  const last = ALPHABET.indexOf(good.at(-1) ?? "");
  for (let spare = 1; spare < 16; spare++) {
    attacks[`a signature with the spare bits ${spare}`] = good.slice(0, -1) + ALPHABET[last ^ spare];
  }
  // Every fourth character changed in one bit, whichever part it is in.
  for (let at = 0; at < good.length - 1; at += 4) {
    const value = ALPHABET.indexOf(good[at] ?? "");
    if (value === -1) continue;
    attacks[`character ${at} changed in one bit`] =
      good.slice(0, at) + ALPHABET[value ^ (1 << (at % 6))] + good.slice(at + 1);
  }

  const standard = (part: string) => Buffer.from(part, "base64url").toString("base64");
  Object.assign(attacks, {
    "one = on the signature": `${good}=`,
    "the signature in standard base64, padded": `${header}.${payload}.${standard(signature)}`,
    "the signature in hex": `${header}.${payload}.${bytes.toString("hex")}`,
    "the signature in base64 twice": `${header}.${payload}.${encode(signature)}`,
    "padding on every part, rightly signed": seal(`${header}==`, `${payload}==`),
    "a space in the claims, rightly signed": seal(header, `${payload.slice(0, 8)} ${payload.slice(8)}`),
    "a line end in the claims, rightly signed": seal(header, `${payload.slice(0, 8)}\n${payload.slice(8)}`),
    "a character of no base64 in the claims, rightly signed": seal(header, `${payload}!`),
    "claims in base64 twice, rightly signed": seal(header, encode(payload)),
    "claims in no base64, rightly signed": seal(header, JSON.stringify(goodClaims(userId))),
    "claims that are not UTF-8, rightly signed": seal(header, encode(Buffer.from([0x7b, 0xff, 0xfe, 0x7d]))),
    "claims in UTF-16, rightly signed": seal(
      header,
      encode(Buffer.from(JSON.stringify(goodClaims(userId)), "utf16le")),
    ),
    "the claims of another token": `${header}.${encode(JSON.stringify(goodClaims(userId)))}.${signature}`,
    "somebody else's claims": `${header}.${encode(JSON.stringify({ ...goodClaims(userId), sub: "1" }))}.${signature}`,
  });

  const jwe = encode(JSON.stringify({ alg: "dir", enc: "A256GCM", typ: "at+jwt" }));
  const jweRsa = encode(JSON.stringify({ alg: "RSA-OAEP-256", enc: "A256GCM", cty: "JWT" }));
  Object.assign(attacks, {
    "no part": "x",
    "one part": header,
    "two parts": `${header}.${payload}`,
    "three empty parts": "..",
    "five empty parts": "....",
    "four parts": `${good}.${payload}`,
    "a dot after": `${good}.`,
    "a dot before": `.${good}`,
    "five parts": `${good}.${payload}.${signature}`,
    "no header": `.${payload}.${signature}`,
    "no claims": `${header}..${signature}`,
    "a JWE with a key of its own": `${jwe}..AAAAAAAAAAAAAAAA.${payload}.AAAAAAAAAAAAAAAAAAAAAA`,
    "a JWE for RSA": `${jweRsa}.${signature}.AAAAAAAAAAAAAAAA.${payload}.AAAAAAAAAAAAAAAAAAAAAA`,
    "a JWE of a good token": `${jwe}..AAAAAAAAAAAAAAAA.${encode(good)}.AAAAAAAAAAAAAAAAAAAAAA`,
    "a JWS in JSON": JSON.stringify({ protected: header, payload, signature }),
    "a JWS in JSON with signatures": JSON.stringify({
      payload,
      signatures: [{ protected: header, signature }],
    }),
    "two tokens": `${good},${good}`,
    "two tokens with a space": `${good} ${good}`,
    "a quoted token": `"${good}"`,
    "the parts in another order": `${payload}.${header}.${signature}`,
    "a token in base64": encode(good),
    "a long row of dots": ".".repeat(5000),
  });
  return attacks;
}
