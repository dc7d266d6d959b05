import * as z from "zod";
import { COMMON_PASSWORDS } from "./common-passwords.ts";

const LEAST = 12;
const MOST = 256;

/**
 * A password that somebody types to prove who they are. It is counted in Unicode code points, and after the
 * normalisation under which it is hashed: `é` is one character, whichever way a keyboard writes it.
 */
export const Password = z
  .string()
  .min(1)
  .refine((text) => lengthOf(text) <= MOST, rule("too_big", `must have at most ${MOST} characters`))
  .meta({ format: "password", maxLength: MOST });

/**
 * A password that somebody chooses: long rather than composed, of any characters there are, and none that
 * attackers try first.
 *
 * @see https://pages.nist.gov/800-63-4/sp800-63b.html#passwordver
 */
export const NewPassword = Password.refine(
  (text) => lengthOf(text) >= LEAST,
  rule("too_small", `must have at least ${LEAST} characters`),
)
  .refine((text) => text.isWellFormed(), rule("invalid_format", "must be text of whole characters"))
  .refine((text) => !isCommon(text), rule("common_password", "is among those that are guessed first"))
  .meta({ format: "password", minLength: LEAST, maxLength: MOST });

/**
 * What is hashed of a password: the same characters are the same password, on whatever device they are typed.
 *
 * @see https://www.unicode.org/reports/tr15/ for NFKC, which SP 800-63B asks for
 */
export function normalizePassword(password: string): string {
  return password.normalize("NFKC");
}

function lengthOf(password: string): number {
  return [...normalizePassword(password)].length;
}

/** Whether a password is on the list, or is nothing but up to four characters over and over. */
function isCommon(password: string): boolean {
  const text = normalizePassword(password).toLowerCase();
  return COMMON_PASSWORDS.has(text) || /^(.{1,4}?)\1+$/su.test(text);
}

function rule(code: string, error: string) {
  return { error, params: { code } };
}
