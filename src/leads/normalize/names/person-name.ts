import { fold } from "../../../text/fold.ts";

/** A person's name in its two parts. */
export interface PersonName {
  firstName: string | null;
  lastName: string | null;
}

const SPACES = /\s+/g;
/** The mark of WhatsApp for a name that its owner chose. */
const CHOSEN = /^~\s*/;
const MAX_WORDS = 4;

/** What follows a comma without being a first name: suffixes, degrees, what companies are in law. */
const AFTER_A_NAME = new Set(
  `jr sr ii iii iv junior filho neto sobrinho hijo phd ph d md m d mba msc ma ba bsc cpa esq dds rn pmp lic ing dr dra
   mtro mtra arq cp prof abogado abogada contador contadora ceo cto cfo coo gerente director directora diretor diretora
   sa s a sab sapi sc s c ac a c cv rl srl s r l sl s l sas s a s ltda limitada lda me epp eireli eirl spa s p a inc
   incorporated llc l l c ltd limited corp corporation co company cia compania gmbh ag bv nv plc pty group grupo
   holding hnos hermanos hijos sons asociados associados associates partners y e and sucesores`.split(/\s+/),
);
/** Those that beside other words belong to a first name: initials, `Ma.` for María, what sons are called. */
const MAY_BE_NAMES = new Set(
  "ma ba a c d e l m p s v y jr sr ii iii iv junior filho neto sobrinho hijo".split(" "),
);
/** Those that may be a first name alone, too: `Pérez López, Ma.` */
const MAY_BE_A_NAME = new Set("ma a c d e l m p s v y".split(" "));
const NO_NAME = /[\p{N}&@/|+()]/u;

/**
 * Splits a whole name. `Pérez, Juan` has the family name first; what is a company's (`Acme, S.A. de C.V.`) is left as
 * it is. Else the first word is the first name: where the family name of `María José López Díaz` begins, nobody
 * can tell.
 */
export function splitName(text: string): PersonName {
  const name = withoutHonorific(tidyName(text));
  const comma = name.indexOf(",");
  if (comma >= 0) {
    const before = name.slice(0, comma).trim();
    const after = name.slice(comma + 1).trim();
    if (isFamilyFirst(before, after)) return { firstName: after, lastName: before };
    // What cannot be told apart stays whole: at its first space a family name would be torn.
    if (!isSuffix(after) || isCompany(after)) return { firstName: name, lastName: null };
  }
  const space = name.indexOf(" ");
  // A comma after the first word is none of a first name: `Díaz, Jr.`
  return space < 0 || name[space - 1] === ","
    ? { firstName: name, lastName: null }
    : { firstName: name.slice(0, space), lastName: name.slice(space + 1) };
}

/**
 * What a whole name has besides the half of it that is known: `Ann` of `Ann Lee` beside `Lee`, whichever comes first.
 *
 * @returns `null` where the whole does not begin or end with that half, or has nothing else.
 */
export function otherHalf(text: string, half: string): string | null {
  const name = withoutHonorific(tidyName(text));
  const [whole, known] = [fold(name), fold(tidyName(half))];
  // Folding may change a text's length, and then nothing tells where its half ends.
  if (whole.length !== name.length || known === "") return null;
  let rest: string | null = null;
  if (whole.startsWith(`${known} `) || whole.startsWith(`${known},`)) rest = name.slice(known.length + 1);
  else if (whole.endsWith(` ${known}`)) rest = name.slice(0, -known.length - 1);
  const other = rest?.trim().replace(/,$/, "").trim();
  return other || null;
}

const HONORIFICS = new Set(
  "mr mrs ms miss mx dr dra drs sr sra srta srita señor señora don doña prof profa profra lic licda ing arq mtro mtra cp eng enga lt capt cpt sgt maj gen cmdr rev".split(
    " ",
  ),
);
/** Without a dot these may be names, or parts of names. */
const NEEDS_DOT = new Set([
  "don",
  "miss",
  "señor",
  "señora",
  "doña",
  "cp",
  "arq",
  "eng",
  "enga",
  "mx",
  "ms",
  "drs",
  ..."lt capt cpt sgt maj gen cmdr rev".split(" "),
]);
/** Before a lieutenant: `1st Lt. Smith`. */
const GRADES = new Set(["1st", "2nd"]);
const LIEUTENANT = /^lt\.? /i;
const LONGEST_HONORIFIC = 7;

/** Whether a text is nothing but what people are addressed with: `Mr.`, `Dra.`, `Lic` */
export function isHonorific(text: string): boolean {
  if (text.length > LONGEST_HONORIFIC) return false;
  const hasDot = text.endsWith(".");
  const word = (hasDot ? text.slice(0, -1) : text).toLowerCase();
  return HONORIFICS.has(word);
}

/** A name without what people are addressed with before it: `Dr. Jane Berg`, `Sr. Lic. Juan Pérez`. */
function withoutHonorific(name: string): string {
  let rest = name;
  for (;;) {
    const space = rest.indexOf(" ");
    if (space < 0 || space > LONGEST_HONORIFIC) return rest;
    const word = rest.slice(0, space);
    const next = rest.slice(space + 1);
    if (GRADES.has(word) && LIEUTENANT.test(next)) {
      rest = next.slice(next.indexOf(" ") + 1);
      continue;
    }
    if (!isHonorific(word)) return rest;
    if (!word.endsWith(".") && NEEDS_DOT.has(word.toLowerCase())) return rest;
    rest = next;
  }
}

/** A name on one line with single spaces, without what an app put before it. */
export function tidyName(text: string): string {
  return text.replace(CHOSEN, "").replace(SPACES, " ").trim() || text;
}

function isFamilyFirst(before: string, after: string): boolean {
  if (before === "" || after === "" || after.includes(",") || NO_NAME.test(before) || NO_NAME.test(after)) {
    return false;
  }
  const words = wordsOf(after);
  return (
    words.length <= MAX_WORDS &&
    wordsOf(before).length <= MAX_WORDS &&
    !words.some((word) => AFTER_A_NAME.has(word) && !MAY_BE_NAMES.has(word)) &&
    !words.every((word) => AFTER_A_NAME.has(word)) &&
    !AFTER_A_NAME.has(words.join("")) &&
    !(words.length > 2 && words.every(({ length }) => length <= 2)) &&
    !isCompany(after)
  );
}

/** Whether what follows a comma is surely no first name: `PhD`, `M.D.`, `Jr.` */
function isSuffix(after: string): boolean {
  const words = wordsOf(after);
  const joined = words.join("");
  if (AFTER_A_NAME.has(joined) && !MAY_BE_A_NAME.has(joined)) return true;
  return words.every((word) => AFTER_A_NAME.has(word)) && words.some((word) => !MAY_BE_A_NAME.has(word));
}

const COMPANY_WORDS = new Set(
  "sa sab sapi sc ac cv srl rl sl sas ltda lda eireli eirl spa inc incorporated llc ltd limited corp corporation gmbh ag bv plc cia co hnos hijos sons".split(
    " ",
  ),
);

/** Whether what follows a comma says that the whole is a company: `S.A. de C.V.`, `Inc.`, `Hijos y Cía.` */
function isCompany(after: string): boolean {
  const words = fold(after)
    .replaceAll(".", "")
    .split(/[\s,]+/);
  return words.some(isCompanyWord);
}

/** Whether a word, folded and without dots, is what a company is in law: `ltda`, `llc`. */
export function isCompanyWord(word: string): boolean {
  return COMPANY_WORDS.has(word);
}

function wordsOf(text: string): string[] {
  return fold(text)
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim()
    .split(" ");
}
