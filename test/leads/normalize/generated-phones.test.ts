import examples from "libphonenumber-js/examples.mobile.json";
import {
  type CountryCode,
  getCountries,
  getExampleNumber,
  parsePhoneNumberFromString,
} from "libphonenumber-js/max";
import { expect, it } from "vitest";
import { cleanRecord, isRejection } from "../../../src/imports/cleaning/clean-record.ts";
import { matchColumns } from "../../../src/imports/columns/match-columns.ts";
import { BY_ALPHA_3 } from "../../../src/leads/normalize/countries/alpha-3.ts";
import { below, randomOf } from "../../fixtures/random.ts";
import { howMany } from "../../harness/runtime/how-many.ts";

/** How many numbers of each country, and how many tries to find them. */
const NUMBERS = howMany(1, 3);
const TRIES = 60;
const SPELLINGS = 6;

/** Numbers that the country has, by the library: its example with other last digits. */
function numbersOf(country: CountryCode, seed: number): string[] {
  const example = getExampleNumber(country, examples)?.number;
  if (example === undefined) return [];
  const random = randomOf(2026, seed);
  const numbers = new Set<string>([example]);
  for (let round = 0; round < TRIES && numbers.size < NUMBERS; round++) {
    const digits = 1 + below(random, 4);
    const end = String(below(random, 10 ** digits)).padStart(digits, "0");
    const number = example.slice(0, -digits) + end;
    if (parsePhoneNumberFromString(number)?.isValid()) numbers.add(number);
  }
  return [...numbers];
}

/** A number as people write it. */
function spell(number: string, spelling: number): string {
  const phone = parsePhoneNumberFromString(number);
  if (phone === undefined) throw new Error(number);
  switch (spelling) {
    case 0:
      return number;
    case 1:
      return phone.formatInternational();
    case 2:
      return phone.formatNational();
    case 3:
      return phone.nationalNumber;
    case 4:
      return number.slice(1);
    default:
      return `00${number.slice(1)}`;
  }
}

const ALPHA_3 = new Map([...BY_ALPHA_3].map(([three, two]) => [two, three]));
const NAMES = ["en", "es", "pt"].map((language) => new Intl.DisplayNames(language, { type: "region" }));

/** The country as a column of the file says it, or the company. */
function spellingsOf(
  country: CountryCode,
  callingCode: string,
): { header: string; text: string; company?: string }[] {
  const flag = String.fromCodePoint(...[...country].map((letter) => 0x1f1e6 + letter.charCodeAt(0) - 65));
  return [
    { header: "País", text: country },
    { header: "Country", text: ALPHA_3.get(country) ?? "" },
    ...NAMES.map((names) => ({ header: "País", text: names.of(country) ?? "" })),
    { header: "País", text: flag },
    { header: "Código de país", text: `+${callingCode}` },
    { header: "País", text: "", company: country },
  ];
}

const PHONE = matchColumns(["phone"], null, []);

it("reads the phones of all countries in six spellings, with the country said in every way", () => {
  const counts = { tried: 0, right: 0, said: 0, readable: 0, rightOfReadable: 0 };
  const wrong: string[] = [];
  for (const [seed, country] of getCountries().entries()) {
    for (const number of numbersOf(country, seed)) {
      for (let spelling = 0; spelling < SPELLINGS; spelling++) {
        const text = spell(number, spelling);
        const library = parsePhoneNumberFromString(text, country);
        const isReadable = library?.number === number && library.isValid();
        const callingCode = parsePhoneNumberFromString(number)?.countryCallingCode ?? "";
        for (const written of spellingsOf(country, callingCode)) {
          const columns = matchColumns(["Teléfono", written.header], null, []);
          // A company that is elsewhere: nothing of it may be read into the number.
          const context = {
            columns,
            country: written.company ?? (country === "MX" ? "AR" : "MX"),
            stages: [],
          };
          const lead = cleanRecord([text, written.text], context, false);
          counts.tried++;
          if (isReadable) counts.readable++;
          if (isRejection(lead)) {
            counts.said++;
          } else if (lead.phone === number) {
            counts.right++;
            if (isReadable) counts.rightOfReadable++;
          } else if (lead.warnings) {
            counts.said++;
          } else {
            wrong.push(`${country} ${number} as “${text}” with “${written.text}”: ${lead.phone}`);
          }
        }
      }
    }
  }
  const share = (100 * counts.rightOfReadable) / counts.readable;
  // biome-ignore lint/suspicious/noConsole: the figures that this test is run for.
  console.log(
    `phones: ${counts.tried} tried, ${counts.right} right, ${counts.said} said, ${wrong.length} silently wrong; ` +
      `${share.toFixed(2)} % right of those that the library reads`,
  );
  expect(wrong.slice(0, 20)).toEqual([]);
  expect(counts.tried).toBeGreaterThan(10_000 * NUMBERS);
  expect(share).toBeGreaterThanOrEqual(97);
});

it("knows the same numbers as the library", () => {
  const random = randomOf(7, 0);
  let valid = 0;
  for (const country of getCountries()) {
    const callingCode = parsePhoneNumberFromString(
      getExampleNumber(country, examples)?.number ?? "",
    )?.countryCallingCode;
    if (callingCode === undefined) continue;
    for (let round = 0; round < 40; round++) {
      const length = 4 + below(random, 9);
      const number = `+${callingCode}${1 + below(random, 9)}${String(below(random, 10 ** length)).padStart(length, "0")}`;
      // What is read otherwise on purpose: numbers of old plans, and of ranges that may be new.
      if (callingCode === "52" || callingCode === "55") continue;
      const library = parsePhoneNumberFromString(number);
      const lead = cleanRecord([number], { columns: PHONE, country: null, stages: [] }, false);
      const isCertain = !isRejection(lead) && lead.warnings === null;
      expect([number, isCertain && lead.phone]).toEqual([
        number,
        library?.isValid() ? library.number : false,
      ]);
      if (isCertain) valid++;
    }
  }
  expect(valid).toBeGreaterThan(100);
});
