import { columnLetters } from "../../text/column-letters.ts";
import { LIST_SHEET, STYLES } from "./package-parts.ts";
import type { ChoiceList, SheetCell, SheetRow } from "./sheet.ts";
import { cellText, XML_START } from "./xml-text.ts";

const WORKSHEET =
  '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">';
const LAST_ROW = 1_048_576;
const LAST_COLUMN = 16_384;
/** In characters. */
const USUAL_WIDTH = 18;

/** What comes before the rows of a sheet: its header stays in view, and what is typed into its cells stays text. */
export function sheetStart(widths: readonly number[]): string {
  const column = (first: number, last: number, width: number) =>
    `<col min="${first}" max="${last}" width="${width}" style="${STYLES.text}" customWidth="1"/>`;
  const own = widths.map((width, at) => column(at + 1, at + 1, width)).join("");
  return (
    `${XML_START}${WORKSHEET}<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" ` +
    `state="frozen"/></sheetView></sheetViews><cols>${own}${column(widths.length + 1, LAST_COLUMN, USUAL_WIDTH)}</cols><sheetData>`
  );
}

/** A row. @param row from 0: the first one is the header. */
export function rowXml(cells: SheetRow, row: number): string {
  const written = cells.map((cell, column) => cellXml(cell, row, column));
  return `<row r="${row + 1}">${written.join("")}</row>`;
}

function cellXml(cell: SheetCell, row: number, column: number): string {
  const [text, isWrong] = typeof cell === "string" ? [cell, false] : [cell.text, cell.isWrong === true];
  const style = isWrong ? STYLES.wrong : row === 0 ? STYLES.header : STYLES.text;
  const head = `<c r="${columnLetters(column)}${row + 1}" s="${style}"`;
  if (text === "") return isWrong ? `${head}/>` : "";
  return `${head} t="inlineStr"><is><t xml:space="preserve">${cellText(text)}</t></is></c>`;
}

/** What comes after the rows. */
export function sheetEnd(lists: readonly ChoiceList[], hasComments: boolean): string {
  const validations = lists.map((list, at) => validationXml(list, at)).join("");
  return (
    "</sheetData>" +
    (lists.length > 0 ? `<dataValidations count="${lists.length}">${validations}</dataValidations>` : "") +
    `<ignoredErrors><ignoredError sqref="A1:${columnLetters(LAST_COLUMN - 1)}${LAST_ROW}" numberStoredAsText="1"/></ignoredErrors>` +
    `${hasComments ? '<legacyDrawing r:id="rId1"/>' : ""}</worksheet>`
  );
}

function validationXml({ column, options, isStrict }: ChoiceList, list: number): string {
  const letters = columnLetters(column);
  const source = columnLetters(list);
  return (
    `<dataValidation type="list"${isStrict ? "" : ' errorStyle="warning"'} allowBlank="1" showErrorMessage="1" ` +
    `sqref="${letters}2:${letters}${LAST_ROW}">` +
    `<formula1>${LIST_SHEET}!$${source}$1:$${source}$${options.length}</formula1></dataValidation>`
  );
}

/** The hidden sheet whose columns are the options of the lists: in a formula, 255 characters and no comma would fit. */
export function listSheetXml(lists: readonly ChoiceList[]): string {
  const rows = Math.max(...lists.map(({ options }) => options.length));
  const written = Array.from({ length: rows }, (_, row) =>
    rowXml(
      lists.map(({ options }) => options[row] ?? ""),
      row,
    ),
  );
  return `${XML_START}${WORKSHEET}<sheetData>${written.join("")}</sheetData></worksheet>`;
}
