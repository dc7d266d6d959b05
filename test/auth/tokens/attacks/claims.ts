import { env } from "cloudflare:test";
import { createRefreshToken } from "../../../../src/auth/sessions/sessions.ts";
import { linkToken } from "../../../../src/auth/tokens/link-tokens.ts";
import { fileLink } from "../../../../src/imports/report/file-links.ts";
import { type Attacks, type Forger, seconds } from "./forge.ts";

/** What no claim of ours is; `undefined` leaves it out. */
const NEVER: unknown[] = [undefined, null, true, false, [], {}, ""];
const MINUTE = 60;

/** Claims that are rightly signed and say something else than ours, by their name. */
function wrongClaims(userId: number): Record<string, unknown[]> {
  const now = seconds();
  const id = String(userId);
  const wide = id.replace(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit)));
  return {
    sub: [
      ...[
        userId,
        [id],
        [userId],
        { id },
        `0${id}`,
        `+${id}`,
        `-${id}`,
        ` ${id}`,
        `${id} `,
        `${id}\n`,
        `${id}.0`,
      ],
      ...[
        `${id}e0`,
        `0x${userId.toString(16)}`,
        `${id},1`,
        `${id} OR 1=1`,
        `${id};--`,
        `${id}\u0000`,
        wide,
        "0",
      ],
      ...["-1", "1e1", "NaN", "Infinity", "null", "*", "%", "admin", "9".repeat(17), "999999999"],
    ],
    iss: [
      ...[
        "https://evil.test",
        "leadsy",
        "leadsy-local/",
        "LEADSY-LOCAL",
        " leadsy-local",
        "leadsy-local.evil.test",
      ],
      ...[["leadsy-local"], ["leadsy-local", "https://evil.test"], 1, { iss: "leadsy-local" }],
    ],
    aud: [
      ...["other-api", "leadsy", "leadsy-api/", "LEADSY-API", "leadsy-api ", "leadsy-api,other-api", "*"],
      ...[
        ["leadsy-api"],
        ["leadsy-api", "other-api"],
        ["other-api"],
        [["leadsy-api"]],
        { aud: "leadsy-api" },
        1,
      ],
    ],
    exp: [
      ...[now, now - 1, now - MINUTE, 0, -1, now + 16 * MINUTE, now + 1e9, Number.MAX_SAFE_INTEGER, 1e300],
      ...[
        now + MINUTE + 0.5,
        String(now + MINUTE),
        `${now + MINUTE}abc`,
        new Date(Date.now() + 60_000),
        [now + MINUTE],
      ],
      ...[{ valueOf: now + MINUTE }, -(now + MINUTE), (now + MINUTE) * 1000],
    ],
    iat: [
      ...[now + MINUTE, now + 10 * MINUTE, 0, -1, -now, now - 16 * MINUTE, now - 1e9, now - 0.5, String(now)],
      ...[[now], new Date(), now * 1000, Number.MAX_SAFE_INTEGER, 1e300],
    ],
    ver: [1, -1, 0.5, "0", "", [0], { ver: 0 }, Number.MAX_SAFE_INTEGER, 1e300],
    sid: [1, ["session"], { sid: "session" }],
    jti: [1, ["id"], { jti: "id" }],
    nbf: [now + MINUTE, now - MINUTE, String(now)],
  };
}

/** Claims that we never write: another system reads them. */
const UNKNOWN: Record<string, unknown> = {
  purpose: "reset_password",
  use: "refresh",
  token_use: "id",
  scope: "admin",
  operator: true,
  company_id: 1,
  act: { sub: "1" },
  cnf: { jkt: "x" },
  roles: ["owner"],
  email: "operator@demo.test",
};

/** Tokens that are rightly signed, and whose claims are not ours; and what we sign for other purposes. */
export async function claimAttacks(forge: Forger, userId: number): Promise<Attacks> {
  const attacks: Attacks = {};
  for (const [claim, values] of Object.entries(wrongClaims(userId))) {
    for (const value of [...values, ...(claim === "nbf" ? [] : NEVER)]) {
      attacks[`${claim} ${JSON.stringify(value)}`] = forge({ claims: { [claim]: value } });
    }
  }
  for (const [claim, value] of Object.entries(UNKNOWN)) {
    attacks[`a claim that is none of ours: ${claim}`] = forge({ claims: { [claim]: value } });
  }
  for (const purpose of ["set_password", "reset_password", "confirm_email", "invitation"] as const) {
    attacks[`the link of a mail: ${purpose}`] = linkToken(env, purpose, userId);
  }
  attacks["a refresh token"] = createRefreshToken();
  const link = fileLink(
    env,
    "https://api.test",
    { importCode: "code", kind: "error_file", userId },
    Date.now(),
  );
  attacks["the signature of a file's link"] = new URL(link).searchParams.get("signature") ?? "";
  const now = seconds();
  attacks["long over, and good for long"] = forge({ claims: { iat: now - 60 * MINUTE } });
  attacks["to come as a whole"] = forge({ claims: { iat: now + 10 * MINUTE, exp: now + 20 * MINUTE } });
  attacks["over as a whole"] = forge({ claims: { iat: now - 20 * MINUTE, exp: now - 5 * MINUTE } });
  return attacks;
}
