import { markLength } from "./encodings/byte-marks.ts";
import { decode, type Encoding, unitBytes } from "./encodings/encodings.ts";
import { FileProblem } from "./file-problem.ts";

const SEARCHED_BYTES = 8000;

interface Kind {
  name: string;
  advice: string;
  /** What such a file starts with, as Latin-1 text. */
  starts: string[];
}

const SAVE_AS_CSV = "Open it in its program, save it as CSV UTF-8, and import that file.";
const UNPACK = "Unpack it, and import the CSV file inside.";
const EXPORT_CONTACTS = "Export the contacts as CSV, and import that file.";
const EXPORT_TABLE = "Export the table of leads as CSV UTF-8, and import that file.";

/** Signatures from https://www.iana.org/assignments/media-types and the formats' own specifications. */
const KINDS: Kind[] = [
  {
    name: "an Excel workbook (.xlsx), another spreadsheet or a ZIP archive",
    advice: "Open it in its program, save it as CSV UTF-8, and import that file; unpack an archive first.",
    starts: ["PK\x03\x04", "PK\x05\x06"],
  },
  {
    name: "an old Excel workbook (.xls) or another old Office file",
    advice: SAVE_AS_CSV,
    starts: ["\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"],
  },
  { name: "a PDF", advice: EXPORT_TABLE, starts: ["%PDF-"] },
  { name: "a rich text document", advice: EXPORT_TABLE, starts: ["{\\rtf"] },
  { name: "a gzip archive", advice: UNPACK, starts: ["\x1f\x8b"] },
  { name: "a 7-Zip archive", advice: UNPACK, starts: ["7z\xbc\xaf\x27\x1c"] },
  { name: "a bzip2 archive", advice: UNPACK, starts: ["BZh"] },
  { name: "an xz archive", advice: UNPACK, starts: ["\xfd7zXZ\0"] },
  { name: "a Zstandard archive", advice: UNPACK, starts: ["\x28\xb5\x2f\xfd"] },
  { name: "a RAR archive", advice: UNPACK, starts: ["Rar!\x1a\x07"] },
  {
    name: "an image",
    advice: EXPORT_TABLE,
    starts: ["\x89PNG\r\n\x1a\n", "\xff\xd8\xff", "GIF87a", "GIF89a"],
  },
  { name: "a SQLite database", advice: EXPORT_TABLE, starts: ["SQLite format 3\0"] },
];

/** What a file is that is no text, and what to do about it; `null` when no signature is known at its head. */
function signatureOf(head: Uint8Array): { name: string; advice: string } | null {
  const start = Array.from(head.subarray(0, 16), (byte) => String.fromCharCode(byte)).join("");
  return KINDS.find((kind) => kind.starts.some((signature) => start.startsWith(signature))) ?? null;
}

/**
 * Whether a file of single bytes is no text: it has many controls near its start, where Git looks for one. A few NULs
 * are what a program left in a cell.
 */
function isBinary(head: Uint8Array): boolean {
  const start = head.subarray(0, SEARCHED_BYTES);
  let controls = 0;
  for (const byte of start) if (byte < 0x20 && !USUAL_CONTROLS.has(byte)) controls += 1;
  return controls > 1 && controls > MOST_CONTROLS * start.length;
}

/** Tab, line ends, form feed, vertical tab, and the Ctrl-Z that DOS programs end a file with. */
const USUAL_CONTROLS: ReadonlySet<number> = new Set([0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x1a]);
/** Of all bytes. */
const MOST_CONTROLS = 0.05;

/** What a text is that is no table, by how it starts; `null` for anything else. */
function markupOf(text: string): { name: string; advice: string } | null {
  const start = text.trimStart().slice(0, 400).toLowerCase();
  if (start.startsWith("begin:vcard")) return { name: "a vCard file", advice: EXPORT_CONTACTS };
  if (/^<(?:\?xml|!doctype)?[^>]*>?/.test(start) && /mso-application|<workbook/.test(start)) {
    return { name: "an XML spreadsheet", advice: SAVE_AS_CSV };
  }
  if (/^<(?:!doctype html|html|head|body|table)\b/.test(start)) {
    return { name: "a web page", advice: SAVE_AS_CSV };
  }
  if (/^<(?:\?xml|!doctype)\b/.test(start)) return { name: "XML", advice: EXPORT_TABLE };
  return /^(?:\{\s*["}]|\[\s*[[{])/.test(start) ? { name: "JSON", advice: EXPORT_TABLE } : null;
}

/**
 * Refuses what is no table of text.
 *
 * @param head the first bytes of the file.
 * @throws FileProblem `binary_file` or `not_a_table`, which names what it is and says what to do.
 */
export function refuseOtherKinds(head: Uint8Array, encoding: Encoding): void {
  const kind = signatureOf(head);
  if (kind !== null) {
    throw new FileProblem("binary_file", `This file is ${kind.name}, not a CSV file. ${kind.advice}`);
  }
  if (unitBytes(encoding) === 1 && isBinary(head)) {
    throw new FileProblem(
      "binary_file",
      "This file is not text: it is full of control characters. Export the table of leads as CSV UTF-8, and import that file.",
    );
  }
  const markup = markupOf(decode(head.subarray(markLength(head, encoding), 2048), encoding).text);
  if (markup !== null) {
    throw new FileProblem("not_a_table", `This file is ${markup.name}, not a CSV file. ${markup.advice}`);
  }
}
