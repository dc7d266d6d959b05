import type { EndedImport } from "./wording.ts";

/** What is wrong with some records, on a line: "12 × Correo: No es una dirección de correo, y no hay teléfono." */
export function groupInWords({ says, column, count }: EndedImport["groups"][number]): string {
  return `${count} × ${column === null ? "" : `${column}: `}${says}`;
}
