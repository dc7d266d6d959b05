import { columnLetters } from "../../text/column-letters.ts";
import { cellText, XML_START } from "./xml-text.ts";

/** A comment and its cell, whose row and column count from 0. */
export interface CommentAt {
  row: number;
  column: number;
  text: string;
}

/** Shapes of a drawing are numbered in blocks of so many. */
const BLOCK = 1024;

/** The texts of the comments of a sheet. */
export function* commentsXml(comments: readonly CommentAt[]): Generator<string> {
  yield `${XML_START}<comments xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><authors><author></author></authors><commentList>`;
  for (const { row, column, text } of comments) {
    yield `<comment ref="${columnLetters(column)}${row + 1}" authorId="0"><text><r><t xml:space="preserve">${cellText(text)}</t></r></text></comment>`;
  }
  yield "</commentList></comments>";
}

/** Their shapes: in VML, since Excel shows comments in no other. */
export function* shapesXml(comments: readonly CommentAt[]): Generator<string> {
  const blocks = Array.from({ length: Math.ceil((comments.length + 1) / BLOCK) }, (_, at) => at + 1);
  yield '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:x="urn:schemas-microsoft-com:office:excel">';
  yield `<o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="${blocks.join(",")}"/></o:shapelayout>`;
  yield '<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>';
  for (const [at, { row, column }] of comments.entries()) yield shapeXml(BLOCK + 1 + at, row, column);
  yield "</xml>";
}

function shapeXml(id: number, row: number, column: number): string {
  const anchor = [column + 1, 15, Math.max(row - 1, 0), 10, column + 4, 15, Math.max(row - 1, 0) + 5, 4];
  return (
    `<v:shape id="_x0000_s${id}" type="#_x0000_t202" style="position:absolute;visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto">` +
    '<v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>' +
    '<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>' +
    `<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>${anchor.join(", ")}</x:Anchor>` +
    `<x:AutoFill>False</x:AutoFill><x:Row>${row}</x:Row><x:Column>${column}</x:Column></x:ClientData></v:shape>`
  );
}
