/** How numbers and dates that can be read in two ways are written where a file comes from. */
export interface ReadingLocale {
  decimal: "." | ",";
  dateOrder: "day" | "month";
}

const NEUTRAL: ReadingLocale = { decimal: ".", dateOrder: "day" };

/**
 * Gives what a country, or else a language, has for a decimal mark, and in which order its numeric dates have day
 * and month (CLDR).
 *
 * @param country ISO 3166-1 alpha-2.
 * @param language of the company: `en`, `es`, `pt`.
 */
export function readingLocale(country: string | null, language: string | null): ReadingLocale {
  const isCode = country !== null && /^[a-z]{2}$/i.test(country);
  if (!isCode && language === null) return NEUTRAL;
  try {
    // The language that most people of a country write: `und-MX` is `es-MX`.
    const tag = isCode ? `und-${country}` : (language ?? "und");
    const { language: written, region } = new Intl.Locale(tag).maximize();
    // Without the script: some engines have `es-MX` and not `es-Latn-MX`, and would say what `es` does.
    const locale = region === undefined ? written : `${written}-${region}`;
    const decimal = new Intl.NumberFormat(locale, { numberingSystem: "latn" })
      .formatToParts(1.5)
      .find(({ type }) => type === "decimal")?.value;
    const parts = new Intl.DateTimeFormat(locale, { day: "numeric", month: "numeric", year: "numeric" })
      .formatToParts(0)
      .map(({ type }) => type);
    const isMonthFirst = parts.indexOf("month") < parts.indexOf("day") && parts.indexOf("year") > 0;
    return { decimal: decimal === "," ? "," : ".", dateOrder: isMonthFirst ? "month" : "day" };
  } catch {
    // A country that is no region code: nothing is known of it.
    return NEUTRAL;
  }
}
