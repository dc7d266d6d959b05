import { type CountryCode, getCountries, isSupportedCountry } from "libphonenumber-js/min";
import { fold } from "./fold.ts";

/** What people write that is neither an ISO code nor a name of the country in the three languages. */
const ALIASES: Record<string, CountryCode> = {
  usa: "US",
  "u.s.": "US",
  "u.s.a.": "US",
  "united states of america": "US",
  "estados unidos de america": "US",
  eua: "US",
  "ee.uu.": "US",
  "ee. uu.": "US",
  "ee uu": "US",
  eeuu: "US",
  uk: "GB",
  "u.k.": "GB",
  england: "GB",
  inglaterra: "GB",
  mex: "MX",
  "mexico d.f.": "MX",
  bra: "BR",
  esp: "ES",
  prt: "PT",
  arg: "AR",
  col: "CO",
  chl: "CL",
  per: "PE",
};

let names: Map<string, CountryCode> | undefined;

/**
 * Gives the country that a text names: an ISO 3166-1 alpha-2 code, or a name in English, Spanish or Portuguese;
 * case and accents do not matter. `null` where it names none that has telephone numbers.
 */
export function readCountry(text: string): CountryCode | null {
  if (text.length === 2) {
    const code = text.toUpperCase();
    if (isSupportedCountry(code)) return code;
  }
  names ??= countryNames();
  return names.get(fold(text)) ?? null;
}

function countryNames(): Map<string, CountryCode> {
  const found = new Map(Object.entries(ALIASES));
  for (const language of ["en", "es", "pt"]) {
    const display = new Intl.DisplayNames(language, { type: "region" });
    for (const code of getCountries()) {
      const name = display.of(code);
      if (name !== undefined) found.set(fold(name), code);
    }
  }
  return found;
}
