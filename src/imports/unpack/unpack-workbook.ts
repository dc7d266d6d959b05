import type { Slice } from "../../jobs/slice.ts";
import { columnLetters } from "../../text/column-letters.ts";
import { FileProblem } from "../readers/file-problem.ts";
import { openArchive } from "./archive.ts";
import { openFile, type ReadableFile } from "./stored-file.ts";
import { plainFileKey, textsKey, type Unpacked } from "./unpacked.ts";
import { writePlainFile } from "./write-plain-file.ts";
import { type SheetNotes, scanSheet } from "./xlsx/scan-sheet.ts";
import { type ShowNumber, showNumbers } from "./xlsx/show-number.ts";
import { noPages, openPages, type StringPages, writePages } from "./xlsx/string-pages.ts";
import { readStyles } from "./xlsx/styles.ts";
import { openWorkbook, sheetNames, type Workbook } from "./xlsx/workbook.ts";
import { FIRST_ROW, writeSheet } from "./xlsx/write-sheet.ts";
import type { XmlBudget } from "./xlsx/xml.ts";

/** A workbook that is being turned into lines of cells. */
export interface OpenedWorkbook {
  files: R2Bucket;
  importCode: string;
  unpacked: Unpacked;
  /** The sheet that the sender named. */
  wanted: string | null;
  save(change: Partial<Unpacked>): Promise<void>;
}

/**
 * First step: the texts, which a workbook keeps apart from its rows, go into R2 in pages.
 *
 * @returns whether they are there; where not, the slice was over before.
 */
export async function readTexts(
  { files, importCode, unpacked, wanted, save }: OpenedWorkbook,
  task: Extract<Unpacked["task"], { kind: "read_texts" }>,
  slice: Slice,
): Promise<boolean> {
  const { strings } = await open(files, unpacked, wanted);
  let pages = noPages();
  if (strings) {
    const made = await writePlainFile(
      files,
      {
        key: textsKey(importCode),
        start: null,
        written: task.written,
        piecesFrom: () => {
          pages = noPages();
          return writePages(strings.content(), pages);
        },
        save: (written) => save({ task: { kind: "read_texts", written } }),
      },
      slice,
    );
    if (made === null) return false;
  }
  await save({ task: { kind: "read_rows", texts: pages, written: null } });
  return true;
}

/** Second step: its rows become lines. @returns whether they are there; where not, the slice was over before. */
export async function readRows(
  { files, importCode, unpacked, wanted, save }: OpenedWorkbook,
  task: Extract<Unpacked["task"], { kind: "read_rows" }>,
  slice: Slice,
): Promise<boolean> {
  const workbook = await open(files, unpacked, wanted);
  const shows = await showsOf(workbook);
  const notes = await scanSheet(workbook.rows);
  const { texts } = task;
  const made = await writePlainFile(
    files,
    {
      key: plainFileKey(importCode, unpacked.layers.length),
      start: FIRST_ROW,
      written: task.written,
      piecesFrom: (from) =>
        writeSheet(
          workbook.rows.content(),
          shows,
          openPages(textsFile(files, importCode, texts), texts),
          notes.merged,
          from,
        ),
      save: (written) => save({ task: { ...task, written } }),
    },
    slice,
  );
  if (made === null) return false;
  if (made.bytes === 0) throw emptySheet(workbook);
  const hidden = await hiddenIn(notes, openFile(files, made));
  await save({ source: made, task: null, readAs: { as: "rows" }, ...(hidden && { hidden }) });
  return true;
}

/** What of the beginning of a plain file is looked at: its header is there. */
const LOOKED_AT_BYTES = 64 * 1024;

/** How much of a sheet is hidden; `null` where nothing is. Hidden columns count where the first rows have cells in them. */
async function hiddenIn(
  { hiddenRows, hiddenColumns }: SheetNotes,
  plain: ReadableFile,
): Promise<Unpacked["hidden"] | null> {
  if (hiddenRows === 0 && hiddenColumns.length === 0) return null;
  const head = new TextDecoder().decode(await plain.read(0, Math.min(LOOKED_AT_BYTES, plain.size)));
  const columns = new Set<number>();
  const lines = head.split("\n");
  // The last line may be cut off, and a row may be longer than what is looked at.
  for (const line of lines.slice(0, -1)) {
    if (line === "") continue;
    for (const [at, cell] of (JSON.parse(line) as string[]).entries()) if (cell !== "") columns.add(at + 1);
  }
  const hidden = [...columns].filter((at) =>
    hiddenColumns.some(([first, last]) => at >= first && at <= last),
  );
  const letters = hidden.sort((a, b) => a - b).map((at) => columnLetters(at - 1));
  return hiddenRows === 0 && letters.length === 0
    ? null
    : { rows: hiddenRows, columns: letters.slice(0, MOST_NAMED) };
}

/** How many hidden columns are named. */
const MOST_NAMED = 50;

async function open(files: R2Bucket, { source }: Unpacked, wanted: string | null): Promise<Workbook> {
  return openWorkbook(await openArchive(openFile(files, source)), wanted);
}

function textsFile(files: R2Bucket, importCode: string, { offsets }: StringPages) {
  return openFile(files, { key: textsKey(importCode), bytes: offsets.at(-1) ?? 0 });
}

/** How each style shows numbers, looked at when the first cell has it. */
export async function showsOf(
  { styles, from1904 }: Workbook,
  budget?: XmlBudget,
): Promise<(style: number) => ShowNumber> {
  const patterns = await readStyles(styles, budget);
  const shows: ShowNumber[] = [];
  return (style) => {
    shows[style] ??= showNumbers(patterns[style] ?? "General", from1904);
    return shows[style];
  };
}

/** A sheet that has nothing in it. */
export function emptySheet({ sheet, others }: Workbook): FileProblem {
  const more =
    others.length > 0
      ? ` The workbook also has ${sheetNames(others)}: send the name of the right one in the field sheet.`
      : "";
  return new FileProblem("empty_file", `Sheet ${sheetNames([sheet])} is empty.${more}`);
}
