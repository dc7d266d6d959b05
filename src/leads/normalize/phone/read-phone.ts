import { decodeEntities } from "../html-entities.ts";
import { foldKey } from "../invisible-characters.ts";
import { type PhonePlace, readInternational, readLikely, readNational } from "./national-numbers.ts";
import { type PhonePiece, type PhonePieces, piecesOf } from "./phone-pieces.ts";

export type { PhonePlace } from "./national-numbers.ts";

export interface Phone {
  /** E.164: `+525512345678`. */
  number: string;
  /** Whether the text says more than the number: an extension, a word, a second number. */
  saysMore: boolean;
  /**
   * Whether the metadata has the number. Where not, it has the form of the country's numbers, in a range that may
   * have been given out since.
   */
  isCertain: boolean;
}

const E164 = /^\+[1-9]\d{6,14}$/;
/** Who a number is in WhatsApp; `@g.us` is a group, and `@lid` hides the number. */
const WHATSAPP_ID = /^\+?(\d{7,15})(?::\d{1,3})?@(?:s\.whatsapp\.net|c\.us)$/;
const WHATSAPP_LINK =
  /^(?:https?:\/\/)?(?:wa\.me\/|(?:api|web|www)\.whatsapp\.com\/send\/?\?phone=)\+?(\d{7,15})/;
const SCIENTIFIC = /^([+-]?)(\d)(?:[.,](\d{1,15}))?e\+?(\d{1,2})$/i;
/** `'5512345678`, or in quotes: they keep a spreadsheet from taking the text for a number. */
const QUOTES = /^['"“”‘’]|['"“”‘’]$/g;
/** What exports write before a number: `tel:` (RFC 3966), `p:` (Meta's lead ads), `whatsapp:` (Twilio). */
const PREFIX = /^(?:tel|p|phone|whatsapp):\s?/;
const SAME_DIGIT = /^(\d)\1+$/;
/** Nothing but a number: nobody wrote words, quotes or letters around it. */
const BARE = /^\+?\d[\d ().-]*$/;
const LEADING_PLUSES = /^\+[+\s]*/;

/**
 * Reads a phone number, or gives `null` where the text holds none that can be told: no number of its country, no
 * country for it, or more than one reading.
 *
 * @param place where a number without a country code is from.
 */
export function readPhone(text: string, place: PhonePlace): Phone | null {
  if (E164.test(text)) {
    const number = readInternational(text.slice(1));
    if (number !== null) return { number, saysMore: false, isCertain: true };
  }
  const { numbers, saysMore, likely } = readingsOf(text, place);
  if (numbers.length > 1) return null;
  const number = numbers[0] ?? likely;
  return number === null ? null : { number, saysMore, isCertain: numbers.length === 1 };
}

/** The numbers that a text can be read as, where {@link readPhone} reads none: several where it is ambiguous. */
export function phoneReadings(text: string, place: PhonePlace): string[] {
  return readingsOf(text, place).numbers;
}

/** Whether the text is what a spreadsheet makes of a long number, its last digits gone: `5.2155E+11`. */
export function isExcelNumber(text: string): boolean {
  return SCIENTIFIC.test(text) && allDigits(text) === null;
}

/**
 * The number that a text in powers of ten has all digits of: `5512345678` of `5.512345678E9`. Fewer may have been cut
 * off, or be noughts: nobody knows.
 */
export function allDigits(text: string): string | null {
  const [, sign = "", first = "", others = "", power = ""] = SCIENTIFIC.exec(text) ?? [];
  return sign !== "-" && others !== "" && others.length === Number(power) ? `${sign}${first}${others}` : null;
}

interface Readings {
  /** E.164. One where it is certain. */
  numbers: string[];
  saysMore: boolean;
  /** The candidates where the number is not certain. */
  likely: string | null;
}

const NONE: Readings = { numbers: [], saysMore: false, likely: null };

/** In UTF-16 units. */
const MAX_LENGTH = 500;

function readingsOf(text: string, place: PhonePlace): Readings {
  if (text.length > MAX_LENGTH) return NONE;
  if (BARE.test(text)) return readPieces(piecesOf(text), place);
  const folded = foldKey(decodeEntities(text)).toLowerCase().replace(QUOTES, "").trim().replace(PREFIX, "");
  const linked = WHATSAPP_ID.exec(folded)?.[1] ?? WHATSAPP_LINK.exec(folded)?.[1];
  if (linked !== undefined) {
    const number = readInternational(linked);
    return number === null ? NONE : { ...NONE, numbers: [number] };
  }
  // The digits of an e-mail address would pass for a number.
  if (folded.includes("@") || isExcelNumber(folded)) return NONE;

  const number = allDigits(folded) ?? folded.replace(LEADING_PLUSES, "+");
  return readPieces(piecesOf(number), place);
}

function readPieces({ pieces, joined, hasWords }: PhonePieces, place: PhonePlace): Readings {
  const saysMore = hasWords || pieces.length > 1;
  const whole = joined === null ? [] : readPiece(joined, place);
  for (const piece of pieces) {
    const numbers = readPiece(piece, place);
    if (numbers.length > 0) {
      return {
        numbers: whole.length === 0 ? numbers : [...new Set([...numbers, ...whole])],
        saysMore,
        likely: null,
      };
    }
  }
  if (whole.length > 0) return { numbers: whole, saysMore: hasWords, likely: null };
  const [only] = pieces;
  const likely = only && pieces.length === 1 ? likelyPiece(only, place) : null;
  return { numbers: [], saysMore, likely };
}

const MIN_DIGITS = 4;
const MAX_DIGITS = 20;

function readPiece(piece: PhonePiece, place: PhonePlace): string[] {
  const { digits, isInternational } = dialled(piece);
  if (digits.length < MIN_DIGITS || digits.length > MAX_DIGITS) return [];
  if (!isInternational) return readNational(digits, place);
  const number = readInternational(digits, piece.trunkZero);
  return number === null ? [] : [number];
}

function likelyPiece(piece: PhonePiece, place: PhonePlace): string | null {
  const { digits, isInternational } = dialled(piece);
  return digits.length > MAX_DIGITS || SAME_DIGIT.test(digits)
    ? null
    : readLikely(digits, place, isInternational);
}

/** `00` is how most of the world dials abroad. */
function dialled({ digits, plus }: PhonePiece): { digits: string; isInternational: boolean } {
  if (digits.startsWith("00")) return { digits: digits.slice(2), isInternational: true };
  return { digits, isInternational: plus };
}
