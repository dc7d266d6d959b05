import * as z from "zod";

/** A time zone as people may name it: by a name of the IANA database, never by an offset. */
export const TimezoneInput = z
  .string()
  .trim()
  .max(64, { abort: true })
  .refine((name) => /^[a-z]/i.test(name) && usualCase(name) !== null, {
    error: "must be a name of the IANA time zone database, such as America/Mexico_City",
  })
  .transform((name) => usualCase(name) ?? name);

/**
 * The name as the database writes it, whose case does not count but which other programs compare by. An older
 * name of a zone stays what it is.
 *
 * @returns `null` for what is no time zone.
 */
function usualCase(name: string): string | null {
  try {
    const { timeZone } = new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions();
    return timeZone.toLowerCase() === name.toLowerCase() ? timeZone : name;
  } catch {
    return null;
  }
}
