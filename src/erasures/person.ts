import { type SQL, sql } from "drizzle-orm";
import type { ErasedPerson, Places } from "../db/leads/schema.ts";
import { FIELD_LIST } from "../leads/fields.ts";
import type { LeadRow } from "../leads/queries.ts";
import { fullNames } from "./find/in-names.ts";
import { sparse } from "./space/spread-rows.ts";

/** So many last digits tell a phone, whatever stands before them: some write no country code. */
export const TELLING_DIGITS = 8;

/** What tells a person in files. @param rows their leads: one, and those that were merged into it. */
export function describePerson(rows: LeadRow[]): Omit<ErasedPerson, "places"> {
  const textsOf = (kind: "email" | "phone") =>
    FIELD_LIST.flatMap((field) => (field.kind === kind ? rows.map((row) => row[field.column]) : []));
  const present = <T>(values: (T | null)[]) => [...new Set(values.filter((value) => value !== null))];
  return {
    emails: present(textsOf("email")),
    phones: present(textsOf("phone").map((phone) => phone?.slice(-TELLING_DIGITS) ?? null)),
    names: [...new Set(rows.flatMap(fullNames))],
    externalIds: present(rows.map(({ externalId }) => externalId)),
    importIds: present(rows.map(({ importId }) => importId)),
  };
}

/**
 * So many spaces before it keep the person out of the page of the erasure's row, and in pages of their own, which are
 * freed with it: SQLite copies rows between pages, but never those.
 */
const PADDING = sql.raw("5000");

/** A person as the row of their erasure keeps them. */
export function paddedPerson(person: ErasedPerson): SQL {
  return sql`printf('%${PADDING}s', '') || ${JSON.stringify(person)}`;
}

/** A person with more places where rows of theirs stood. @param rowids in ascending order. */
export function addPlaces(person: ErasedPerson, kind: keyof Places, rowids: number[]): ErasedPerson {
  const { places } = person;
  return { ...person, places: { ...places, [kind]: [...(places?.[kind] ?? []), ...sparse(rowids)] } };
}
