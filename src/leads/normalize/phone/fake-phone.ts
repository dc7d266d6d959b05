import { leadingCallingCode } from "./numbering-plans.ts";

const NOT_DIGITS = /\D/g;
const SAME_DIGIT = /^(\d)\1{3,}$/;

/**
 * Whether a phone is one that forms are filled with for want of one: a digit repeated, with or without the calling
 * code before it: `9999999999`, `+52 555 555 5555`.
 *
 * @param text as it was written.
 * @param number what was read of it, E.164; `null` where it is none.
 */
export function isFakePhone(text: string, number: string | null): boolean {
  // Nearly all are told by their last characters.
  const end = text.length - 1;
  if (text[end] !== text[end - 1]) return false;
  const digits = text.replace(NOT_DIGITS, "");
  return SAME_DIGIT.test(digits) || SAME_DIGIT.test(nationalPart(number?.slice(1) ?? digits));
}

function nationalPart(digits: string): string {
  return digits.slice(leadingCallingCode(digits)?.length ?? 0);
}
