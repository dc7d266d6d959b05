import { eq, type SQL, sql } from "drizzle-orm";
import { type ErasedPerson, imports } from "../db/leads/schema.ts";
import type { ImportState } from "../imports/state/import-state.ts";
import { dots, jsonDots } from "../leads/erase/blank-statements.ts";
import { checkpoint, type ImportStep } from "./erasure-state.ts";
import { namesFile } from "./find/in-names.ts";
import { isIn } from "./find/in-text.ts";
import { paddedPerson } from "./person.ts";

/** What of an import's row comes from its file, or from who sent it: a header can be somebody's record. */
const TEXTS = ["fileName", "source", "failureDetail"] as const;
const JSONS = ["mapping", "constants", "hints", "unpacked", "layout"] as const;
type Name = (typeof TEXTS)[number] | (typeof JSONS)[number];

/** Stands for what named the person. */
export const ERASED = "(erased)";

/**
 * Takes a person out of the texts of an import's row: its file's name, its header, what it failed with.
 *
 * @param progress the checkpoint after which that is done.
 * @returns whether they were in it: the row has changed then.
 */
export async function eraseFromLedger(
  { ports, erasure, state }: ImportStep,
  progress: unknown,
): Promise<boolean> {
  const { db } = ports.tenant;
  const person = erasure.person as ErasedPerson;
  const changed = without(state, person);
  const names = Object.keys(changed) as Name[];
  if (names.length === 0) return false;
  const { places } = person;
  const ofImport = eq(imports.id, state.id);
  await db.batch([
    db
      .update(imports)
      .set(Object.fromEntries(names.map((name) => [name, blank(name)])))
      .where(ofImport),
    db.update(imports).set(changed).where(ofImport),
    checkpoint(ports, erasure, {
      progress,
      person: paddedPerson({
        ...person,
        places: { ...places, imports: [...(places?.imports ?? []), state.id] },
      }),
    }),
  ]);
  return true;
}

/** What is the name of a file, or has such in it: in these alone full names are looked for. */
const FILE_NAMES: readonly Name[] = ["fileName", "unpacked"];

function without(state: ImportState, person: ErasedPerson): Partial<Pick<ImportState, Name>> {
  return Object.fromEntries(
    [...TEXTS, ...JSONS].flatMap((name) => {
      const sought = FILE_NAMES.includes(name) ? person : { ...person, names: [] };
      const masked = mask(state[name], (text) => isIn(text, sought) || namesFile(text, sought));
      return JSON.stringify(masked) === JSON.stringify(state[name]) ? [] : [[name, masked]];
    }),
  );
}

/** A value of JSON with another text instead of each that names the person. */
function mask(value: unknown, isMasked: (text: string) => boolean): unknown {
  if (typeof value === "string") return isMasked(value) ? ERASED : value;
  if (Array.isArray(value)) return value.map((one) => mask(one, isMasked));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [isMasked(key) ? ERASED : key, mask(one, isMasked)]),
  );
}

/** It is written over before it is shorter. */
function blank(name: Name): SQL {
  const column = imports[name];
  return (TEXTS as readonly string[]).includes(name) ? dots(column) : sql`${jsonDots(column)}`;
}
