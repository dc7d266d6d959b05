import * as z from "zod";

/** Fields that many schemas have. */

export const Id = z.int().positive();

export const Time = z.iso
  .datetime({ precision: 3 })
  .length(24)
  .meta({ description: "ISO 8601, UTC, milliseconds." });

/** What a person or a thing is called. */
export const Name = z.string().max(255);

export const Email = z.email().max(254);

export const Url = z.url().max(2048);

export const Locale = z.enum(["en", "es", "pt"]);

/**
 * An integer as a query, a path or a form carries it: decimal digits and nothing else. JavaScript's own reading
 * would take `1e1`, `0x10` and ` 5 ` too.
 *
 * @param error what is said of text that is no such integer.
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
export const PathId = integerText({ min: 1 });
