import type { ExpectedFile } from "./real-files-expected.ts";

const ana = { first_name: "Ana" };
const named = (...names: string[]) => names.map((first_name) => ({ first_name }));

/** Files whose encoding, quotes or layout is what asks for care. */
export const LAYOUTS: Record<string, ExpectedFile> = {
  "01-linkedin-connections-preamble": { counts: [2, 0, 0, 0], leads: named("Ana", "Luis") },
  "03-numbers-table-title": { counts: [2, 0, 0, 0], leads: named("Ana", "Luis") },
  "29-lines-wholly-quoted": {
    counts: [2, 0, 0, 0],
    leads: [{ ...ana, last_name: "Díaz", phone: "+525512342901" }, {}],
  },
  "30-backslash-escapes": {
    counts: [4, 0, 0, 0],
    leads: [
      {},
      { notes: 'Dijo "llámame, por favor" ayer' },
      { notes: "termina en barra\\" },
      { notes: "normal" },
    ],
  },
  "31-missing-closing-quote": {
    counts: [3, 0, 1, 0],
    leads: named("Ana", "Eva", "Max"),
    rejected: ["unclosed_quote"],
  },
  "33-unclosed-quote-rest-unquoted": { counts: [22, 0, 1, 0], rejected: ["unclosed_quote"] },
  "34-quote-inside-and-middle": { counts: [4, 0, 0, 0] },
  "35-macroman": { counts: [3, 0, 0, 0] },
  "42-mixed-mostly-latin1": {
    counts: [4, 0, 0, 0],
    leads: [{ first_name: "José" }, {}, {}, { first_name: "José", last_name: "Utf" }],
  },
  "43-cp1252-en-dash": { counts: [1, 0, 0, 0], leads: [{ notes: "10 – 20 personas € 100" }] },
  "44-utf16le-no-bom": { counts: [2, 0, 0, 0] },
  "45-utf8-bom-quoted-header": { counts: [2, 0, 0, 0] },
  "46-double-bom": { counts: [3, 0, 0, 0] },
  "47-nfd-mac": { counts: [1, 0, 0, 0] },
  "48-cr-only": { counts: [2, 0, 0, 0] },
  "49-nul-in-cells": { counts: [2, 0, 0, 0], leads: [{ first_name: "Ana", notes: "hola" }, {}] },
  "51-ctrl-z-end": { counts: [2, 0, 0, 0] },
  "52-short-rows": { counts: [3, 0, 0, 0] },
  "53-trailing-commas": { counts: [3, 0, 0, 0] },
  "56-empty-headers": { counts: [1, 0, 0, 0] },
  "59-semicolons-in-cells": { counts: [2, 0, 0, 0] },
  "60-decimal-commas": { counts: [2, 0, 0, 0] },
  "75-leading-blank-row-column": { counts: [2, 0, 0, 0], leads: named("Ana", "Luis") },
  "77-single-quote-qualifier": { counts: [2, 0, 0, 0], leads: [{ ...ana, last_name: "Díaz" }, {}] },
  "80-sep-line-utf16": { counts: [1, 0, 0, 0] },
  "83-newline-in-header": { counts: [1, 0, 0, 0], leads: [{ phone: "+525512348301" }] },
  "85-silent-merge-minimal-quotes": { counts: [3, 0, 1, 0], rejected: ["unclosed_quote"] },
  "86-silent-merge-three-rows": { counts: [4, 0, 1, 0], rejected: ["unclosed_quote"] },
  "87-inch-mark-at-cell-start": { counts: [1, 0, 1, 0], rejected: ["unclosed_quote"] },
  "95-one-record-file-latin1-header": { counts: [1, 0, 0, 0] },
  "98-comment-lines": { counts: [1, 0, 0, 0], leads: [ana] },
  "70-gzip": { counts: [1, 0, 0, 0] },
  "71-zip": { counts: [1, 0, 0, 0] },
  "9b-space-before-quote": {
    counts: [2, 0, 0, 0],
    leads: [{ notes: "cita, con coma" }, { email: "luis.c9b@example.com" }],
  },
  "9l": { counts: [1, 0, 0, 0] },
  "9m": { counts: [1, 0, 0, 0] },
};

/** Files that fail as a whole, with what the reason must name. */
export const REFUSED: Record<string, RegExp> = {
  "61-headerless-with-mapping": /no header/,
  "72-html-as-xls": /web page/,
  "73-vcard": /vCard/,
  "74-spreadsheetml": /XML spreadsheet/,
  "9n": /bzip2|xz/,
  "9o": /bzip2|xz/,
  "9p": /nothing below/,
  "9q": /empty/,
  "9r": /empty/,
};
