import * as z from "zod";

/** Fields that many schemas have. */

/** Of 53 bits: the upper ones say in which store a row is. */
export const Id = z.int().positive().meta({ format: "int64" });

export const Time = z.iso
  .datetime({ precision: 3 })
  // Said of the text alone: a check of its own would tell of one mistake twice.
  .meta({ description: "ISO 8601, UTC, milliseconds.", minLength: 24, maxLength: 24 });

/** A time as people and their libraries send it: with any offset, and as many digits as they like. */
export const SentTime = z.iso
  .datetime({ offset: true })
  .meta({ description: "ISO 8601, in UTC or with an offset.", minLength: 17, maxLength: 40 });

/** What a person or a thing is called. */
export const Name = z.string().max(255);

export const Email = z.email().max(254);

/** Text on one line as people may send it: trimmed, of whole characters, without control characters. */
export function lineOfText(maximum = 255) {
  return z
    .string()
    .trim()
    .min(1)
    .max(maximum)
    .refine((text) => text.isWellFormed() && !/\p{Cc}/u.test(text), {
      error: "must be text on one line, without control characters",
    });
}

/** An e-mail address as people may send it: one account, however it is typed. */
export const EmailInput = z
  .string()
  // Far beyond an address: what is longer is not looked at letter by letter.
  .max(1000)
  .trim()
  .toLowerCase()
  .pipe(Email)
  .meta({ type: "string", format: "email", maxLength: 254 });

/** A telephone number as people write it. */
export const PhoneInput = z
  .string()
  .trim()
  .regex(/^\+?[\d ()./-]{5,40}$/, { error: "must be digits, with + ( ) . / - and spaces between them" })
  .meta({ maxLength: 64, examples: ["+52 55 1234 5678"] });

export const Url = z.url().max(2048);

export const Locale = z.enum(["en", "es", "pt"]);

/**
 * An integer as a query, a path or a form carries it: decimal digits and nothing else. JavaScript's own reading
 * would take `1e1`, `0x10` and ` 5 ` too.
 *
 * @param error the message for any other text.
 */
export function integerText(
  { min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER }: { min?: number; max?: number } = {},
  error = "must be an integer, written in at most 16 digits",
) {
  return z
    .string({ error })
    .regex(/^-?\d{1,16}$/, { error })
    .pipe(z.coerce.number<string>().min(min).max(max))
    .meta({ type: "integer", minimum: min, maximum: max });
}

/** An id in the path. */
export const PathId = integerText({ min: 1 }).meta({ format: "int64" });
