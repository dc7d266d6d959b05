import { fold } from "../../text/fold.ts";
import { RANK } from "./column.ts";
import {
  BILLING_WORDS,
  BUYER_WORDS,
  COMPANY_WORDS,
  EMAIL_ADJECTIVES,
  EMAIL_HEADERS,
  EMAIL_WORDS,
  NEUTRAL_WORDS,
  NOT_A_CONTACT_WORDS,
  OTHER_PERSON_WORDS,
  PHONE_HEADERS,
  PHONE_WORDS,
  PLAIN_WORDS,
  PRIMARY_WORDS,
  SECONDARY_WORDS,
  SHIPPING_WORDS,
  USER_WORDS,
  WHETHER_WORDS,
} from "./contact-words.ts";

type Whose = "person" | "company" | "billing" | "shipping" | "buyer" | "user" | "other";

/** What a header says about a column's e-mails or phones. */
export interface ContactHeader {
  field: "email" | "phone" | "either";
  rank: number;
  /** Their owner. `user`, `buyer`, `billing` and `shipping` count as the lead's where no other column is. */
  whose: Whose;
  /** Whether the header alone decides; where not, what the cells hold does. */
  isCertain: boolean;
  /** Whether it asks the lead: `¿A qué correo te escribimos?` */
  isAsked: boolean;
}

/**
 * A header that names no e-mail and no phone: `neutral` says nothing of what its column holds (blank, `Número`,
 * `Contacto`), `foreign` is in a script that is not read, `unknown` has words that are not known, and `no_contact`
 * names another person or a thing.
 */
export type HeaderReading = ContactHeader | "neutral" | "foreign" | "unknown" | "no_contact";

/** In UTF-16 units: a longer cell is not a header but data in the wrong line. */
export const LONGEST_HEADER = 1000;
/** What stands in brackets, with these. */
export const BRACKETS = /[([{][^()[\]{}]*[)\]}]/g;
const LOWER_UPPER = /(\p{Ll})(\p{Lu})/gu;
const WORDS = /\p{L}+|\p{N}+/gu;

/**
 * Reads what a header says about e-mails and phones. A noun for one (`correo`, `celular`) with nothing beside it but
 * words that change nothing is certain; with others the values decide. What stands in brackets is a hint, which only
 * counts where the rest names no contact, and never changes the owner: `Owner (email)` is the owner's.
 */
export function readContactHeader(header: string): HeaderReading {
  if (header.length > LONGEST_HEADER) return "no_contact";
  const outer = wordsOf(header.replace(BRACKETS, " "));
  const inner = wordsOf((header.match(BRACKETS) ?? []).join(" "));
  const reading = readWords(outer);
  const hinted = typeof reading === "string" && inner.length > 0 ? readHint(reading, outer, inner) : reading;
  if (typeof hinted === "string") return namesOther(inner) ? "no_contact" : hinted;
  if (inner.some((word) => HARD_WORDS.has(word))) return "no_contact";
  if (hinted.whose === "person") {
    const isOther = inner.some((word) => OTHER_PERSON_WORDS.has(word));
    const whose = isOther ? "other" : whoseOf(inner);
    // `Correo (login)` and such say what it is for, not whose it is.
    if (whose !== "person" && whose !== "user") return { ...hinted, whose, rank: rankOf(whose, inner) };
  }
  return hinted;
}

/** Which contact of the person in the record a header names for certain; `null` for none. */
export function personsContact(header: string): ContactHeader["field"] | null {
  const reading = readContactHeader(header);
  return typeof reading === "object" && reading.whose === "person" && reading.isCertain
    ? reading.field
    : null;
}

/** What a header that names no contact itself says together with what stands in its brackets. */
function readHint(reading: HeaderReading, outer: string[], inner: string[]): HeaderReading {
  if (reading === "neutral") return readWords(inner);
  const saysWhose =
    namesOther(outer) || outer.some((word) => COMPANY_WORDS.has(word) || USER_WORDS.has(word));
  const together = saysWhose ? readWords([...outer, ...inner]) : reading;
  return typeof together === "string" ? reading : together;
}

function namesOther(words: string[]): boolean {
  return (
    words.some((word) => OTHER_PERSON_WORDS.has(word) && !isPolite(word, words)) || namesSalesperson(words)
  );
}

const SALESPERSON: ReadonlySet<string> = new Set(["comercial", "comerciales", "comerciais"]);
const ARTICLES: ReadonlySet<string> = new Set(
  "del do da dos das la el los las tu su seu sua nuestro nuestra nosso nossa".split(" "),
);

/**
 * Whether `comercial` is a person who sells in these words of a header, folded: it follows an article or begins the
 * header (`correo del comercial`, `comercial`). After its noun it means for business (`correo comercial`).
 */
export function namesSalesperson(words: string[]): boolean {
  return words.some((word, at) => SALESPERSON.has(word) && (at === 0 || ARTICLES.has(words[at - 1] ?? "")));
}

/** In brackets, these alone make a phone something else. */
const HARD_WORDS: ReadonlySet<string> = new Set([
  "fax",
  "pager",
  "tipo",
  "type",
  "status",
  "ext",
  "extension",
]);
const CODE_WORDS: ReadonlySet<string> = new Set([
  "code",
  "codes",
  "codigo",
  "lada",
  "ddd",
  "ddi",
  "prefix",
  "prefijo",
]);
const INCLUDING: ReadonlySet<string> = new Set([
  "con",
  "com",
  "with",
  "incluye",
  "incluyendo",
  "including",
  "incluindo",
]);

function readWords(words: string[]): HeaderReading {
  const joined = words.join("");
  const isEmail =
    EMAIL_HEADERS.has(joined) || words.some((word) => EMAIL_WORDS.has(word) && !isLoneAdjective(word, words));
  const isPhone = PHONE_HEADERS.has(joined) || words.some((word) => PHONE_WORDS.has(word));
  if (!isEmail && !isPhone) {
    return readNoContact(words);
  }
  // `Teléfono con lada` has it; `Lada del teléfono` is it.
  const including = words.findIndex((word) => INCLUDING.has(word));
  const said = including > 0 ? words.slice(0, including) : words;
  if (said.some((word) => NOT_A_CONTACT_WORDS.has(word) && !(isQuestion(said) && !CODE_WORDS.has(word)))) {
    return "no_contact";
  }
  if (joined === "companiatelefonica" || joined === "companhiatelefonica") return "no_contact";

  const field = isEmail && isPhone ? "either" : isEmail ? "email" : "phone";
  const whose = whoseOf(said);
  const isOther = whose === "other";
  const isKnown = said.every((word) => isPlain(word, field)) || PHONE_HEADERS.has(joined);
  const asksWhether = said.some((word) => WHETHER_WORDS.has(word)) && !isQuestion(said);
  return {
    field,
    whose,
    rank: rankOf(whose, said),
    isCertain: isOther || (isKnown && !asksWhether),
    isAsked: asksWhether || said.some((word) => YOU.has(word)),
  };
}

const YOU = new Set(["tu", "tus", "te", "ti", "su", "sus", "usted", "your", "you", "seu", "sua", "voce"]);

function readNoContact(words: string[]): HeaderReading {
  if (namesOther(words) || words.some((word) => NOT_A_CONTACT_WORDS.has(word))) return "no_contact";
  const unknown = words.filter(
    (word) => word.length > 1 && !SAYS_NOTHING.some((known) => known.has(word)) && !isNumber(word),
  );
  if (unknown.length === 0) return "neutral";
  return unknown.some((word) => LATIN.test(word)) ? "unknown" : "foreign";
}

const SAYS_NOTHING = [NEUTRAL_WORDS, PLAIN_WORDS, PRIMARY_WORDS, SECONDARY_WORDS];
const LATIN = /\p{Script=Latin}/u;

/** A question for the thing itself: `¿Cuál es tu teléfono?` */
const WHICH: ReadonlySet<string> = new Set(["cual", "qual", "what", "which", "whats"]);

function isQuestion(words: string[]): boolean {
  return words.some((word) => WHICH.has(word));
}

/** `por favor` is no author. */
function isPolite(word: string, words: string[]): boolean {
  return word === "por" && words[words.indexOf(word) + 1] === "favor";
}

function isLoneAdjective(word: string, words: string[]): boolean {
  return EMAIL_ADJECTIVES.has(word) && words.length === 1;
}

function isPlain(word: string, field: ContactHeader["field"]): boolean {
  // An `Email ID` is an address in India; the id of a phone is not a phone.
  if (word === "id") return field === "email";
  return (
    EMAIL_WORDS.has(word) ||
    EMAIL_ADJECTIVES.has(word) ||
    PHONE_WORDS.has(word) ||
    PLAIN_WORDS.has(word) ||
    PRIMARY_WORDS.has(word) ||
    SECONDARY_WORDS.has(word) ||
    COMPANY_WORDS.has(word) ||
    BILLING_WORDS.has(word) ||
    SHIPPING_WORDS.has(word) ||
    BUYER_WORDS.has(word) ||
    USER_WORDS.has(word) ||
    WHETHER_WORDS.has(word) ||
    isNumber(word)
  );
}

function whoseOf(words: string[]): Whose {
  if (namesOther(words)) return "other";
  return OWNERS.find(([, known]) => words.some((word) => known.has(word)))?.[0] ?? "person";
}

const OWNERS: readonly [Whose, ReadonlySet<string>][] = [
  ["user", USER_WORDS],
  ["buyer", BUYER_WORDS],
  ["company", COMPANY_WORDS],
  ["billing", BILLING_WORDS],
  ["shipping", SHIPPING_WORDS],
];

function rankOf(whose: Whose, words: string[]): number {
  if (whose === "other" || whose === "company" || whose === "billing" || whose === "shipping") {
    return RANK[whose];
  }
  if (words.some((word) => SECONDARY_WORDS.has(word))) return RANK.secondary;
  return words.some((word) => PRIMARY_WORDS.has(word)) ? RANK.primary : RANK.plain;
}

function isNumber(word: string): boolean {
  return word >= "0" && word < ":";
}

/** The words of a header, folded; `e-mail` and `WhatsApp` are one each. */
function wordsOf(text: string): string[] {
  const split = fold(text.replace(LOWER_UPPER, "$1 $2")).match(WORDS) ?? [];
  const words: string[] = [];
  for (let index = 0; index < split.length; index++) {
    const word = split[index] ?? "";
    const joined = JOINED[`${word} ${split[index + 1]}`];
    if (joined !== undefined) index++;
    words.push(joined ?? word);
  }
  return words;
}

const JOINED: Record<string, string | undefined> = Object.assign(Object.create(null), {
  "e mail": "email",
  "e mails": "emails",
  "e correo": "correo",
  "correo e": "correo",
  "e posta": "eposta",
  "whats app": "whatsapp",
  "linked in": "linkedin",
  "tele fono": "telefono",
});
