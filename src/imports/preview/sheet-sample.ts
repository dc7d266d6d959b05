import { FileProblem } from "../readers/file-problem.ts";
import { openArchive } from "../unpack/archive.ts";
import type { ReadableFile } from "../unpack/stored-file.ts";
import { emptySheet, showsOf } from "../unpack/unpack-workbook.ts";
import { scanSheet } from "../unpack/xlsx/scan-sheet.ts";
import { noPages, openPages, type StringPages, writePages } from "../unpack/xlsx/string-pages.ts";
import { openWorkbook, type Workbook } from "../unpack/xlsx/workbook.ts";
import { FIRST_ROW, writeSheet } from "../unpack/xlsx/write-sheet.ts";
import { memoryFile } from "./memory-file.ts";

/** What is looked at of a sheet, as lines of cells. */
const SHEET_BYTES = 512 * 1024;
/** What is read of a workbook's texts, which those of its first rows begin. */
const TEXT_BYTES = 4 * 1024 * 1024;
/** What may be parsed of what describes a workbook, of its texts and of its rows, in characters: some 100 ms each. */
const DESCRIBING_WORK = 6 * 1024 * 1024;
const TEXT_WORK = 8 * 1024 * 1024;
const SHEET_WORK = 5 * 1024 * 1024;
/** A larger sheet is not searched for merged cells, in bytes: that takes some 100 ms. */
const SCANNED_BYTES = 32 * 1024 * 1024;
/** So many rows look up their texts together. */
const WINDOW_ROWS = 200;

/**
 * The first rows of a sheet, as lines of cells.
 *
 * @param wanted the name of a sheet, or its number.
 * @throws FileProblem where it cannot be read.
 */
export async function readSheet(
  file: ReadableFile,
  wanted: string | null,
): Promise<{ bytes: Uint8Array; isWhole: boolean; sheets: string[] }> {
  const describing = { left: DESCRIBING_WORK };
  const workbook = await openWorkbook(await openArchive(file), wanted, describing);
  const { texts, pages, isWhole: hasAllTexts } = await textsOf(workbook);
  const { merged } = await scanSheet(workbook.rows, SCANNED_BYTES);
  const lines: Uint8Array[] = [];
  let bytes = 0;
  let isWhole = true;
  const budget = { left: SHEET_WORK };
  const rows = writeSheet(
    workbook.rows.content(),
    await showsOf(workbook, describing),
    hasAllTexts ? openPages(texts, pages) : openPages(texts, pages, tooManyTexts),
    merged,
    FIRST_ROW,
    WINDOW_ROWS,
    budget,
  );
  try {
    for await (const piece of rows) {
      lines.push(piece.bytes);
      bytes += piece.bytes.length;
      if (bytes < SHEET_BYTES) continue;
      isWhole = false;
      break;
    }
  } catch (error) {
    // A row that has a text beyond those that were read.
    if (hasAllTexts || bytes === 0 || !(error instanceof FileProblem)) throw error;
    isWhole = false;
  }
  if (budget.left <= 0) isWhole = false;
  if (bytes === 0) throw isWhole ? emptySheet(workbook) : beginsEmpty();
  return { bytes: Buffer.concat(lines), isWhole, sheets: [workbook.sheet, ...workbook.others] };
}

async function textsOf({ strings }: Workbook): Promise<{
  texts: ReadableFile | null;
  pages: StringPages;
  isWhole: boolean;
}> {
  const pages = noPages();
  if (!strings) return { texts: null, pages, isWhole: true };
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  let isWhole = true;
  const budget = { left: TEXT_WORK };
  for await (const piece of writePages(strings.content(), pages, budget)) {
    pieces.push(piece.bytes);
    bytes += piece.bytes.length;
    if (bytes < TEXT_BYTES) continue;
    isWhole = false;
    break;
  }
  if (budget.left <= 0) isWhole = false;
  return { texts: memoryFile(Buffer.concat(pieces)), pages, isWhole };
}

function tooManyTexts(): FileProblem {
  return new FileProblem("too_large", "The texts of the workbook are too many for a preview: import it.");
}

function beginsEmpty(): FileProblem {
  return new FileProblem(
    "too_large",
    "The sheet begins with so many empty cells that it has no preview. Delete its empty rows and columns, or import it.",
  );
}
