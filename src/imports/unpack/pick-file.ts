import { shorten } from "../../leads/normalize/shorten.ts";
import { FileProblem } from "../readers/file-problem.ts";
import { type ArchiveEntry, withPassword } from "./archive.ts";
import { archiveTooLarge, MOST_BYTES } from "./write-plain-file.ts";

/** What a ZIP archive is: a workbook, or one file of some kind. */
export type Packed = { kind: "workbook" } | { kind: "file"; entry: ArchiveEntry };

const SAVE_AS = "Open it in its program, save it as .xlsx or CSV UTF-8, and import that file.";

/** Programs whose files are ZIP archives, too, by what stands in them. */
const OTHER_DOCUMENTS: { name: string; advice: string; holds: RegExp }[] = [
  {
    name: "a workbook with macros (.xlsm)",
    advice: "Save it as .xlsx, without the macros, and import that file.",
    holds: /^xl\/vbaProject\.bin$/,
  },
  { name: "a binary Excel workbook (.xlsb)", advice: SAVE_AS, holds: /^xl\/workbook\.bin$/ },
  {
    name: "a Word document",
    advice: "Save its table as CSV UTF-8 in a spreadsheet, and import that file.",
    holds: /^word\//,
  },
  {
    name: "a presentation",
    advice: "Export the table of leads as CSV UTF-8, and import that file.",
    holds: /^ppt\//,
  },
  { name: "an OpenDocument file (.ods)", advice: SAVE_AS, holds: /^mimetype$/ },
  {
    name: "a Numbers table",
    advice: "Export it to CSV or Excel in Numbers, and import that file.",
    holds: /^Index(\.zip$|\/.*\.iwa$)/,
  },
];

/**
 * What is to be imported of an archive.
 *
 * @throws FileProblem `binary_file`, `empty_file`, `several_files`, `nested_archive`, `encrypted_file` or
 *   `archive_too_large`.
 */
export function pickFile(entries: ArchiveEntry[]): Packed {
  for (const { name, advice, holds } of OTHER_DOCUMENTS) {
    if (entries.some((entry) => holds.test(entry.name))) {
      throw new FileProblem("binary_file", `This file is ${name}, which is not read. ${advice}`);
    }
  }
  if (entries.some(({ name }) => name === "[Content_Types].xml")) return { kind: "workbook" };
  const [entry, ...others] = entries;
  if (!entry) {
    throw new FileProblem(
      "empty_file",
      "The ZIP archive has no file in it. Pack the file of the leads, and import it again.",
    );
  }
  if (others.length > 0) throw severalFiles(entries);
  if (entry.encrypted) throw withPassword();
  if (entry.bytes > MOST_BYTES) throw archiveTooLarge();
  if (/\.(zip|7z|rar|tar|tgz|bz2|xz)$/i.test(entry.name)) throw nestedArchive();
  return { kind: "file", entry };
}

/** How many names are said. */
const NAMES = 5;

function severalFiles(entries: ArchiveEntry[]): FileProblem {
  const names = entries.slice(0, NAMES).map(({ name }) => `“${shorten(name)}”`);
  const more = entries.length > NAMES ? ` and ${entries.length - NAMES} more` : "";
  return new FileProblem(
    "several_files",
    `The ZIP archive holds ${entries.length} files: ${names.join(", ")}${more}. Import one file at a time, packed on its ` +
      "own or not at all.",
  );
}

/** An archive in an archive. */
export function nestedArchive(): FileProblem {
  return new FileProblem(
    "nested_archive",
    "The archive holds another archive. Unpack it, and import the file inside.",
  );
}
