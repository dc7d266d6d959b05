/** What came of a drop, a choice or a paste. */
export type Dropped =
  | { kind: "file"; file: File }
  | { kind: "several"; files: File[] }
  | { kind: "folder" }
  | { kind: "empty" }
  | { kind: "nothing" };

/** The files of a drop. A folder is none. */
export function readDrop(transfer: DataTransfer): Dropped {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.());
  if (entries.some((entry) => entry?.isDirectory)) return { kind: "folder" };
  return readFiles([...transfer.files]);
}

/** What was chosen. */
export function readFiles(files: File[]): Dropped {
  const [file] = files;
  if (!file) return { kind: "nothing" };
  if (files.length > 1) return { kind: "several", files };
  return file.size === 0 ? { kind: "empty" } : { kind: "file", file };
}

/**
 * What was pasted: a file, or cells of a spreadsheet, which come as text with tabs between them.
 *
 * @param name of the file that the cells become.
 */
export function readPaste(transfer: DataTransfer, name: string): Dropped {
  const files = [...transfer.files];
  const text = transfer.getData("text/plain");
  // A spreadsheet also puts a picture of the cells into the clipboard.
  if (text.trim()) return pastedText(text, name);
  return readFiles(files);
}

/** Cells as a file. */
export function pastedText(text: string, name: string): Dropped {
  if (!text.trim()) return { kind: "nothing" };
  return { kind: "file", file: new File([text], name, { type: "text/csv" }) };
}
