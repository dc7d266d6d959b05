import { type CommentAt, commentsXml, shapesXml } from "./comments.ts";
import { packageParts } from "./package-parts.ts";
import { MOST_COMMENTS, type Sheet, type SheetRow } from "./sheet.ts";
import { listSheetXml, rowXml, sheetEnd, sheetStart } from "./sheet-xml.ts";
import { type Part, zipParts } from "./zip-parts.ts";

/** What a workbook is called in HTTP. */
export const XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/**
 * Writes a workbook while its rows are read: it holds a page of them, and the comments. The rows are asked for as the
 * reader of the stream asks for bytes. The same rows make the same bytes.
 */
export function writeWorkbook(sheet: Sheet): ReadableStream<Uint8Array> {
  const bytes = zipParts(partsOf(sheet));
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await bytes.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    async cancel() {
      await bytes.return(undefined);
    },
  });
}

function* partsOf({ name, pages, lists = [], widths = [], hasComments = false }: Sheet): Generator<Part> {
  const listed = lists.filter(({ options }) => options.length > 0);
  for (const [path, xml] of packageParts(name, { hasComments, hasLists: listed.length > 0 }))
    yield [path, [xml]];
  const comments: CommentAt[] = [];
  yield ["xl/worksheets/sheet1.xml", rows()];
  if (listed.length > 0) yield ["xl/worksheets/sheet2.xml", [listSheetXml(listed)]];
  if (!hasComments) return;
  yield ["xl/comments1.xml", commentsXml(comments)];
  yield ["xl/drawings/vmlDrawing1.vml", shapesXml(comments)];

  async function* rows(): AsyncGenerator<string> {
    yield sheetStart(widths);
    let row = 0;
    for await (const page of pages) {
      for (const cells of page) {
        if (hasComments) addComments(comments, cells, row);
        yield rowXml(cells, row);
        row += 1;
      }
    }
    yield sheetEnd(listed, hasComments);
  }
}

function addComments(comments: CommentAt[], cells: SheetRow, row: number): void {
  for (const [column, cell] of cells.entries()) {
    if (typeof cell === "string" || !cell.comment || comments.length >= MOST_COMMENTS) continue;
    comments.push({ row, column, text: cell.comment });
  }
}
