const NUL_SEARCHED_BYTES = 8000;

interface Kind {
  name: string;
  advice: string;
  /** What such a file starts with, as Latin-1 text. */
  starts: string[];
}

const SAVE_AS_CSV = "Open it in its program, save it as CSV UTF-8, and import that file.";
const UNPACK = "Unpack it, and import the CSV file inside.";
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
  { name: "a RAR archive", advice: UNPACK, starts: ["Rar!\x1a\x07"] },
  {
    name: "an image",
    advice: EXPORT_TABLE,
    starts: ["\x89PNG\r\n\x1a\n", "\xff\xd8\xff", "GIF87a", "GIF89a"],
  },
  { name: "a SQLite database", advice: EXPORT_TABLE, starts: ["SQLite format 3\0"] },
];

/** What a file is that is no text, and what to do about it; `null` when no signature is known at its head. */
export function signatureOf(head: Uint8Array): { name: string; advice: string } | null {
  const start = Array.from(head.subarray(0, 16), (byte) => String.fromCharCode(byte)).join("");
  return KINDS.find((kind) => kind.starts.some((signature) => start.startsWith(signature))) ?? null;
}

/** Whether a file of single bytes holds NUL near its start, where Git looks to tell binary from text. */
export function hasNul(head: Uint8Array): boolean {
  return head.subarray(0, NUL_SEARCHED_BYTES).includes(0);
}

/** A web page, XML or JSON by how its text starts; `null` for anything else. */
export function markupOf(text: string): "a web page" | "XML" | "JSON" | null {
  const start = text.trimStart().slice(0, 100).toLowerCase();
  if (/^<(!doctype html|html|head|body|table)\b/.test(start)) {
    return "a web page";
  }
  if (/^<(\?xml|!doctype)\b/.test(start)) {
    return "XML";
  }
  return /^(\{\s*["}]|\[\s*[[{])/.test(start) ? "JSON" : null;
}
