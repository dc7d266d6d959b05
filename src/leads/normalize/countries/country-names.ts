import { type CountryCode, getCountries } from "libphonenumber-js/core";
import metadata from "libphonenumber-js/max/metadata";
import { fold } from "../../../text/fold.ts";
import { BY_ALPHA_3 } from "./alpha-3.ts";

/** What people write that is neither an ISO code nor the name that Unicode's CLDR has in the three languages. */
const ALIASES: Partial<Record<CountryCode, string>> = {
  US: "us of a, u s a, estados unidos de norteamerica, estados unidos norteamerica, estados unidos da america, united states america, eua, eeuu, ee uu, e e u u, ee uu aa, e u a, estados unidos norteamericanos, edo unidos, e unidos, united state, estado unidos",
  GB: "uk, u k, great britain, gran bretana, gra bretanha, england, inglaterra, scotland, escocia, wales, gales, pais de gales, northern ireland, irlanda del norte, irlanda do norte, united kingdom great britain northern ireland, britain, reino unido gran bretana irlanda norte",
  MX: "mexico df, mexico d f, mexico cdmx, mejico, estados unidos mexicanos, united mexican states, mex",
  BR: "brasil, brazil, bra, republica federativa brasil, federative brazil",
  DO: "rep dominicana, r dominicana, rep dom, republica dom, r d, rd, dominicana, santo domingo republica dominicana",
  ES: "espana, reino espana, kingdom spain",
  NL: "holanda, holland, the netherlands, paises bajos holanda",
  RU: "federacion rusa, russian federation, federacao russa, rusia",
  KR: "south korea, corea sur, corea del sur, coreia sul, korea south, republic of korea, korea republic of, republica de corea, republica da coreia, s korea",
  KP: "north korea, corea norte, coreia norte, korea north",
  AE: "uae, u a e, eau, e a u, emiratos arabes, emirados arabes",
  VE: "venezuela bolivarian republic, venezuela republica bolivariana, republica bolivariana venezuela, bolivarian venezuela",
  BO: "bolivia plurinational state, bolivia estado plurinacional, estado plurinacional bolivia",
  IR: "iran islamic republic",
  TZ: "united tanzania, tanzania united republic",
  MD: "moldova republic, moldavia",
  MK: "macedonia, macedonia norte, north macedonia",
  LA: "laos, lao people s democratic republic, lao",
  SY: "syrian arab republic, siria",
  VN: "viet nam",
  CZ: "republica checa, czech republic, checa, republica tcheca, tcheca, czechia, chequia",
  CV: "cabo verde, cape verde",
  SZ: "swaziland, suazilandia, eswatini",
  CI: "ivory coast, costa marfil, costa marfim, cote d ivoire, cote divoire",
  MM: "burma, birmania, birmania myanmar, myanmar",
  TL: "east timor, timor oriental, timor leste",
  CD: "dr congo, d r congo, drc, democratic congo, republica democratica congo, congo kinshasa, congo democratic republic, democratic republic of the congo, r d congo",
  CG: "congo brazzaville, republica congo, republic of the congo",
  CN: "people s china, republica popular china, pr china, p r china, prc, china continental, people s republic of china",
  TW: "republic of china, republica de china, taiwan province china, taiwan",
  HK: "hong kong, hong kong sar",
  MO: "macau, macao",
  PS: "palestina, palestine, state palestine",
  VA: "vaticano, vatican, vatican city, holy see, santa sede",
  SV: "el salvador, salvador",
  TR: "turkiye, turquia, turkey",
  IE: "republic of ireland, eire, irlanda",
  ZA: "south africa, sudafrica, sud africa, rsa",
  SA: "saudi arabia, arabia saudi, arabia saudita, ksa",
  NZ: "nueva zelanda, nueva zelandia, nova zelandia",
  DE: "alemania federal, deutschland, republica federal alemania",
  AR: "republica argentina, rep argentina, argentine republic",
  CL: "republica chile, rep chile",
  CO: "republica colombia, rep colombia",
  CR: "c rica, costarica",
  PE: "republica peru",
  PR: "p r, pto rico, puertorico",
  UY: "republica oriental uruguay, rou",
  PY: "republica paraguay",
  TT: "trinidad tobago, trinidad y tobago, trinidad",
  PL: "republica polonia",
  FR: "francia, franca",
  IN: "republica india, bharat",
  KN: "saint kitts, san cristobal nieves, sao cristovao nevis",
  VC: "saint vincent, san vicente granadinas, st vincent grenadines",
  LC: "saint lucia, st lucia, santa lucia",
  AG: "antigua barbuda",
  VI: "us virgin islands, islas virgenes americanas, islas virgenes estados unidos, usvi",
  VG: "british virgin islands, islas virgenes britanicas, bvi",
  GQ: "guinea ecuatorial",
  BA: "bosnia, bosnia herzegovina",
  FK: "falkland islands, islas malvinas, malvinas",
  SK: "eslovaquia, slovak republic, republica eslovaca",
  BY: "bielorrusia, belarus",
};

/** Words that names have or lack without saying another country. */
const FILLERS = new Set(
  "the of de del do da dos das la las el los le les o a e y and et republic republica rep federative federal kingdom reino state estado".split(
    " ",
  ),
);

/** What a word of another form stands for. */
const SAME_WORDS: Record<string, string> = {
  st: "saint",
  sta: "santa",
  sto: "santo",
  gral: "general",
  is: "islas",
};

const SUPPORTED: readonly CountryCode[] = getCountries(metadata as never);

/** Names with these say more than their other words: `Republic of Korea` is one of two, `Republic of China` is not China. */
const NEVER_SHORTENED = new Set([
  "korea",
  "corea",
  "coreia",
  "china",
  "congo",
  "estados unidos",
  "guinea",
  "guine",
]);

interface Names {
  whole: Map<string, CountryCode>;
  /** By what is left of a name without its fillers; `null` where that is the name of two. */
  short: Map<string, CountryCode | null>;
}

let names: Names | undefined;

/**
 * The country of a name in English, Spanish or Portuguese, in any case, accents and punctuation, or of an ISO code
 * of three letters.
 */
export function countryNamed(text: string): CountryCode | null {
  const three = BY_ALPHA_3.get(text.toUpperCase());
  if (three !== undefined) return three;
  names ??= collectNames();
  const name = wordsOf(text);
  if (name === "") return null;
  const whole = names.whole.get(name);
  if (whole !== undefined) return whole;
  const short = withoutFillers(name);
  return NEVER_SHORTENED.has(short) ? null : (names.short.get(short) ?? null);
}

/** Whether telephone numbers of a country are known. */
export function hasNumbers(code: string): code is CountryCode {
  return (SUPPORTED as readonly string[]).includes(code);
}

function collectNames(): Names {
  const whole = new Map<string, CountryCode>();
  for (const language of ["en", "es", "pt", "pt-PT", "es-MX"]) {
    const display = new Intl.DisplayNames(language, { type: "region" });
    for (const code of SUPPORTED) {
      const name = display.of(code);
      if (name !== undefined) whole.set(wordsOf(name), code);
    }
  }
  for (const [code, aliases] of Object.entries(ALIASES)) {
    for (const alias of aliases.split(", ")) whole.set(alias, code as CountryCode);
  }
  const short = new Map<string, CountryCode | null>();
  for (const [name, code] of whole) {
    const key = withoutFillers(name);
    const other = short.get(key);
    if (key !== "") short.set(key, other === undefined || other === code ? code : null);
  }
  return { whole, short };
}

function wordsOf(text: string): string {
  return fold(text)
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim()
    .split(" ")
    .map((word) => (Object.hasOwn(SAME_WORDS, word) ? SAME_WORDS[word] : word))
    .join(" ");
}

function withoutFillers(name: string): string {
  return name
    .split(" ")
    .filter((word) => !FILLERS.has(word))
    .join(" ");
}
