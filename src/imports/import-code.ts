import { randomBytes } from "node:crypto";

const CODE = /^imp_([0-9a-z]{2})[0-9a-z]{24}$/;

/**
 * Creates the public code of an import: unguessable, and it names the lead store of the import, so that
 * no look-up is needed to find it.
 */
export function createImportCode(store: number): string {
  const random = [...randomBytes(24)].map((byte) => (byte % 36).toString(36)).join("");
  return `imp_${store.toString(36).padStart(2, "0")}${random}`;
}

/** The lead store that a code names, or `null` where it is not a code. */
export function storeOfImportCode(code: string): number | null {
  const [, store] = CODE.exec(code) ?? [];
  return store === undefined ? null : Number.parseInt(store, 36);
}
