import { markLength } from "./encodings/byte-marks.ts";
import { decode, type Encoding, unitBytes } from "./encodings/encodings.ts";
import { FileProblem } from "./file-problem.ts";
import { parseObject } from "./json/parse-object.ts";

const SEARCHED_BYTES = 8000;

interface Kind {
  name: string;
  advice: string;
  /** What such a file starts with, as Latin-1 text. */
  starts: string[];
}

const SAVE_AS_CSV = "Open it in its program, save it as .xlsx or CSV UTF-8, and import that file.";
const UNPACK = "Unpack it, and import the CSV file inside.";
const EXPORT_CONTACTS = "Export the contacts as CSV, and import that file.";
const SEND_LINES =
  "Write one object on each line, without brackets and commas around them (NDJSON), or export the table as CSV UTF-8.";
const EXPORT_TABLE = "Export the table of leads as CSV UTF-8, and import that file.";

/** Signatures from https://www.iana.org/assignments/media-types and the formats' own specifications. */
const KINDS: Kind[] = [
  {
    name: "an old Excel workbook (.xls) or another old Office file",
    advice: SAVE_AS_CSV,
    starts: ["\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"],
  },
  { name: "a PDF", advice: EXPORT_TABLE, starts: ["%PDF-"] },
  { name: "a rich text document", advice: EXPORT_TABLE, starts: ["{\\rtf"] },
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

/** The kind of a file that is not text, and what to do about it; `null` without a known signature at its head. */
function signatureOf(head: Uint8Array): { name: string; advice: string } | null {
  if (latin1(head.subarray(257, 262)) === "ustar") return { name: "a tar archive", advice: UNPACK };
  if (isEncryptedPackage(head)) {
    return {
      name: "a workbook with a password",
      advice: "Open it in its program, remove the password, save it as .xlsx, and import that file.",
    };
  }
  const start = latin1(head.subarray(0, 16));
  return KINDS.find((kind) => kind.starts.some((signature) => start.startsWith(signature))) ?? null;
}

function latin1(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
}

/** How files begin that hold another one, which is what is imported. */
export type Packing = "gzip" | "zip";

/** How a file is packed, as its first bytes say; `null` for one that is not. A workbook is a ZIP archive, too. */
export function packingOf(head: Uint8Array): Packing | null {
  if (head[0] === 0x1f && head[1] === 0x8b) return "gzip";
  const isZip = head[0] === 0x50 && head[1] === 0x4b;
  return isZip && ((head[2] === 3 && head[3] === 4) || (head[2] === 5 && head[3] === 6)) ? "zip" : null;
}

/**
 * Whether an old Office container holds an encrypted workbook: its directory names a stream so. Where the directory is
 * beyond the head, it is called an old workbook, and the advice is the same but for the password.
 */
function isEncryptedPackage(head: Uint8Array): boolean {
  if (!latin1(head.subarray(0, 8)).startsWith("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")) return false;
  return Buffer.from(head.buffer, head.byteOffset, head.byteLength).includes(
    "EncryptedPackage",
    0,
    "utf16le",
  );
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
  if (/^<(?:!--|(?:!doctype html|html|head|body|table|meta|style|title|div|center|font)\b)/.test(start)) {
    return { name: "a web page", advice: SAVE_AS_CSV };
  }
  if (/^mime-version: ?1\.0\s/.test(start)) return { name: "a web page", advice: SAVE_AS_CSV };
  if (/^id;p[^\r\n]*\r?\n[bcfpo];/.test(start)) return { name: "a SYLK table (.slk)", advice: SAVE_AS_CSV };
  if (/^table\r?\n0,1\r?\n"/.test(start)) return { name: "a DIF table (.dif)", advice: SAVE_AS_CSV };
  if (/^<(?:\?xml|!doctype)\b/.test(start)) return { name: "XML", advice: EXPORT_TABLE };
  return /^(?:\{\s*["}]|\[\s*[[{])/.test(start) ? { name: "JSON", advice: SEND_LINES } : null;
}

/** How many lines of the head are looked at for an object: the first ones may be damaged. */
const SEARCHED_LINES = 20;

/** Whether a file is lines of JSON objects: it begins as an object does, and one of its first lines is one. */
export function isObjectLines(head: Uint8Array, encoding: Encoding): boolean {
  const own = head.subarray(markLength(head, encoding));
  if (!decode(own.subarray(0, 1024), encoding).text.trimStart().startsWith("{")) return false;
  const { text } = decode(own, encoding);
  return text.split(/\r\n?|\n/, SEARCHED_LINES).some((line) => parseObject(line.trim()) !== null);
}

/**
 * Refuses a file that is not a table of text.
 *
 * @param head the first bytes of the file.
 * @throws FileProblem `binary_file` or `not_a_table`, which names what it is and says what to do.
 */
export function refuseOtherKinds(head: Uint8Array, encoding: Encoding): void {
  const kind = signatureOf(head);
  if (kind !== null) {
    throw new FileProblem("binary_file", `This file is ${kind.name}, which is not read. ${kind.advice}`);
  }
  if (unitBytes(encoding) === 1 && isBinary(head)) {
    throw new FileProblem(
      "binary_file",
      "This file is not text: it is full of control characters. Export the table of leads as CSV UTF-8, and import that file.",
    );
  }
  const markup = markupOf(decode(head.subarray(markLength(head, encoding), 2048), encoding).text);
  if (markup !== null) {
    throw new FileProblem("not_a_table", `This file is ${markup.name}, which is not read. ${markup.advice}`);
  }
}
