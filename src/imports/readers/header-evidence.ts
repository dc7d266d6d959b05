/** The known columns of a header. */
export interface KnownColumns {
  /** The places of those that name an e-mail or a phone. */
  contacts: number[];
  /** How many the mapping names, or are an error file's own. */
  others: number;
  /** How many mean something of a lead, whatever it is. */
  named: number;
}

/** What speaks for a row being a header, or against it. */
export interface HeaderEvidence {
  known: number;
  /** How many cells say something: a title has one. */
  filled: number;
  /** Whether a cell has an address or a number in it: `Tel. 55 1234 5678` is written above tables, not in headers. */
  hasContacts: boolean;
  /** How many of the known columns have an e-mail or a phone below them, or need none. */
  confirmed: number;
}

/**
 * Weighs a row that may be the header.
 *
 * @param below the records under it.
 */
export function weighHeader(
  header: readonly string[],
  { contacts, others }: Pick<KnownColumns, "contacts" | "others">,
  below: readonly string[][],
): HeaderEvidence {
  const confirmed = contacts.filter((index) => below.some((cells) => isContact(cells[index] ?? "")));
  return {
    known: contacts.length + others,
    filled: header.filter((cell) => cell.trim() !== "").length,
    hasContacts: header.some(holdsContact),
    confirmed: confirmed.length + others,
  };
}

/** In UTF-16 units: nothing longer is an address or a number. */
const LONGEST = 320;
const ADDRESS = /^[^\s@,;|]+@[^\s@,;|]+\.[^\s@.,;|]+$/;
const NUMBER = /^\+?[\d\s().-]{9,20}$/;

/** Whether a cell is what a header never is: an address, or a number as long as a phone's. */
export function isContact(cell: string): boolean {
  const text = cell.trim();
  return text.length <= LONGEST && (ADDRESS.test(text) || NUMBER.test(text));
}

/** Nearly all names of e-mails and phones have one of these in them: what has none is not read as a header. */
export const MAY_NAME_A_CONTACT = /mail|correo|tel|fono|fone|phone|mo[bv]il|m[oó]vil|cel|whats|contact/i;

const FEWEST_DIGITS = 8;
const BETWEEN_DIGITS = " ().-+";

/** Whether an address, or a number as long as a phone's, stands anywhere in a cell. */
export function holdsContact(cell: string): boolean {
  if (/[^\s@]@[^\s@]/.test(cell)) return true;
  let digits = 0;
  for (const character of cell) {
    if (character >= "0" && character <= "9") digits++;
    else if (!BETWEEN_DIGITS.includes(character)) digits = 0;
    if (digits >= FEWEST_DIGITS) return true;
  }
  return false;
}
