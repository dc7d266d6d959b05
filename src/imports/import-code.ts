import { randomBytes } from "node:crypto";

const CODE = /^imp_([0-9a-z]{2})[0-9a-z]{24}$/;

/**
 * Makes the public name of an import: unguessable, and it tells in which lead store the import lives, so that
 * nothing has to be asked where to look.
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
