import { foldKey } from "./invisible-characters.ts";
import type { ReadingLocale } from "./reading-locale.ts";

const SPACES_IN_NUMBER = /(?<=\d)[\s'’](?=\d{3}(?!\d))/g;
const PLAIN = /^(?:\d+(?:[.,]\d*)?|[.,]\d+)$/;
/** A nought before digits begins no group of thousands. */
const COMMA_GROUPS = /^[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?$/;
const DOT_GROUPS = /^[1-9]\d{0,2}(?:\.\d{3})+(?:,\d+)?$/;
const ONE_DOT_OF_THREE = /^[1-9]\d{0,2}\.\d{3}$/;
const ONE_COMMA_OF_THREE = /^[1-9]\d{0,2},\d{3}$/;
/** `012,345` may be either. */
const PADDED = /^0\d{1,2}[.,]\d{3}$/;
/** So many digits are a safe integer. */
const DIGITS = /^\d{1,15}$/;
/** In UTF-16 units. */
const MAX_LENGTH = 500;
const SIGN = /^[+-]/;
const IN_BRACKETS = /^\(([^()]*)\)$/;

/** Signs and codes of currencies, as people write them before or after an amount; folded to lower case. */
const CURRENCIES =
  "us$ u$s mx$ r$ s/. s/ c$ bs. b/. q. $ € £ ¥ ₲ ₡ ₱ bs usd eur gbp mxn mxp brl cop ars clp pen uyu gtq crc dop hnl nio pyg bob ves cad m.n. mn pesos peso dolares dolar dollars dollar euros euro reais real soles sol dlls dls".split(
    " ",
  );

/**
 * Reads a number, or returns `undefined` where the text is not certain to be one: `1,234.56` and `1.234,56`, with a currency's
 * sign or code. A lone mark before exactly three digits is read as the locale writes it, any other as the decimal
 * mark. `(500)` is negative, as in accounts. No percentages, no `20k`, no `1.5E+03`: nothing beyond what a double
 * holds exactly.
 */
export function readNumber(text: string, locale: ReadingLocale): number | undefined {
  if (DIGITS.test(text)) return Number(text);
  if (text.length > MAX_LENGTH) return undefined;
  let bare = foldKey(text).trim();
  const bracketed = IN_BRACKETS.exec(bare)?.[1];
  bare = withoutCurrency(bracketed ?? bare);
  const sign = SIGN.exec(bare)?.[0];
  // `-$500` has the sign before that of the currency.
  bare = sign === undefined ? bare : withoutCurrency(bare.slice(1));
  if (bracketed !== undefined && sign !== undefined) return undefined;
  const plain = decimalOf(bare.replace(SPACES_IN_NUMBER, ""), locale);
  if (plain === undefined) return undefined;
  const number = sign === "-" || bracketed !== undefined ? -Number(plain) : Number(plain);
  // Adding zero makes 0 of -0, which JSON cannot tell apart.
  return Math.abs(number) <= Number.MAX_SAFE_INTEGER ? number + 0 : undefined;
}

function decimalOf(text: string, { decimal }: ReadingLocale): string | undefined {
  if (ONE_DOT_OF_THREE.test(text)) return decimal === "," ? text.replace(".", "") : text;
  if (ONE_COMMA_OF_THREE.test(text)) return decimal === "," ? text.replace(",", ".") : text.replace(",", "");
  if (COMMA_GROUPS.test(text)) return text.replaceAll(",", "");
  if (DOT_GROUPS.test(text)) return text.replaceAll(".", "").replace(",", ".");
  return PLAIN.test(text) && !PADDED.test(text) ? text.replace(",", ".") : undefined;
}

const DIGITS_AT_ENDS = /^\d(?:.*\d)?$/;

function withoutCurrency(text: string): string {
  let bare = text.trim();
  if (DIGITS_AT_ENDS.test(bare)) return bare;
  for (const atEnd of [false, true]) {
    const lower = bare.toLowerCase();
    const currency = CURRENCIES.find((sign) => (atEnd ? lower.endsWith(sign) : lower.startsWith(sign)));
    if (currency === undefined || currency.length === bare.length) continue;
    bare = atEnd ? bare.slice(0, -currency.length).trimEnd() : bare.slice(currency.length).trimStart();
  }
  return bare;
}
