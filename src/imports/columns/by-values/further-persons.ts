import type { ColumnSample } from "../column.ts";
import { readContactHeader } from "../contact-headers.ts";
import { foldHeader, type HeaderMeaning, NAME_PARTS, namedMeaning } from "../header-names.ts";
import { areNoContacts, readValueKinds } from "./value-kinds.ts";

/**
 * Finds the columns of the second, third … person of each record: `Contact 2 Name` with `Contact 2 Email`, `Secondary
 * Contact` with `Secondary Phone`. Theirs are no further addresses of the first person, who is the lead. A second
 * e-mail or phone without a name is the lead's, and so is a second given name or surname.
 *
 * @param meanings what headers mean by themselves; those of the first person's names (`Contact 1 Name`) are filled in, and
 *   those of others removed.
 * @returns the places of the others' columns.
 */
export function setFurtherPersonsApart(
  headers: readonly string[],
  meanings: (HeaderMeaning | undefined)[],
  sample: ColumnSample,
): ReadonlySet<number> {
  const isSplit = meanings.includes("last_name") || meanings.includes("second_surname");
  const ordered = headers.flatMap((header, index) => readOrdered(header, index) ?? []);
  const others = new Set<number>();
  for (const [person, columns] of Map.groupBy(ordered, (one) => one.person)) {
    if (person === FIRST) continue;
    const names = columns.filter((one) => namesPerson(one, isSplit, sample));
    const prefixes = new Set(names.map(({ prefix }) => prefix));
    const contacts = names.length === 0 ? [] : columns.filter(({ index }) => isContact(headers[index]));
    const named = contacts.filter(({ prefix }) => prefixes.has(prefix));
    const theirs = named.length > 0 ? named : contacts;
    if (theirs.length === 0) continue;
    for (const { index } of [...theirs, ...names, ...columns.filter(isName)]) others.add(index);
  }
  // A file where nobody else has an address: these are the leads.
  if (others.size === 0 || !headers.some((header, index) => !others.has(index) && isContact(header))) {
    return new Set();
  }
  for (const index of others) meanings[index] = undefined;
  for (const column of ordered) {
    if (column.person !== FIRST) continue;
    if (isName(column)) meanings[column.index] ??= column.meaning;
    else if (isBarePerson(column, sample)) meanings[column.index] ??= "full_name";
  }
  return others;
}

/** A header that says which of several it is about. */
interface Ordered {
  index: number;
  person: string;
  /** The word that says so. */
  order: string;
  /** The words up to that: `contact 2` of `Contact 2 Name`. */
  prefix: string;
  /** What it means without it. */
  meaning: HeaderMeaning | undefined;
  /** The words without it. */
  noun: string;
}

const FIRST = "1";
const ORDERS = new Map<string, string>();
addOrders(FIRST, "1 primary primario primaria principal main");
addOrders("2", "2 secondary secundario secundaria second segundo segunda");
addOrders("3", "3 third tercer tercero tercera terceiro terceira");
for (const number of "456789") addOrders(number, number);
addOrders("another", "alternate alternative alterno alterna alternativo alternativa additional adicional");

function addOrders(person: string, words: string): void {
  for (const word of words.split(" ")) ORDERS.set(word, person);
}

const LETTER_AND_DIGIT = /(\p{L})(?=\p{N})|(\p{N})(?=\p{L})/gu;

function readOrdered(header: string, index: number): Ordered | undefined {
  const words = foldHeader(header).replace(LETTER_AND_DIGIT, "$1$2 ").split(" ");
  const at = words.findIndex((word) => ORDERS.has(word));
  const order = words[at] ?? "";
  const person = ORDERS.get(order);
  if (person === undefined) return undefined;
  const noun = words.filter((_, place) => place !== at).join(" ");
  const prefix = words.slice(0, at + 1).join(" ");
  return { index, person, order, prefix, noun, meaning: namedMeaning(noun) };
}

/** `Nombre 2` is a second given name where surnames have their column, and `Segundo nombre` everywhere. */
function namesPerson(column: Ordered, isSplit: boolean, sample: ColumnSample): boolean {
  const { meaning, order } = column;
  if (meaning === "full_name" || meaning === "first_name") return true;
  if (meaning === "name") return !isSplit && SAYS_OTHER.test(order);
  return isBarePerson(column, sample);
}

const SAYS_OTHER = /^\d|^secondary$|^secundari[oa]$/;

const PERSONS: ReadonlySet<string> = new Set([
  "contact",
  "contacto",
  "contato",
  "contact person",
  "persona de contacto",
  "pessoa de contato",
]);

/** Whether a column says `Contact 2`, and its cells are neither e-mails nor phones. */
function isBarePerson({ noun, index }: Ordered, { records, place }: ColumnSample): boolean {
  if (!PERSONS.has(noun) || records.length === 0) return false;
  const kinds = readValueKinds(records, index, place);
  return kinds.filled > 0 && areNoContacts(kinds);
}

function isName({ meaning }: Ordered): boolean {
  return NAME_PARTS.has(meaning);
}

function isContact(header: string | undefined): boolean {
  const reading = header === undefined ? "unknown" : readContactHeader(header);
  return typeof reading === "object" && reading.isCertain && reading.whose !== "other";
}
