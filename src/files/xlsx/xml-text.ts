/** The most that a cell of Excel holds, in UTF-16 units: a workbook with more in one is called damaged. */
const MOST_CELL_TEXT = 32_767;
const CUT = "… [cut]";

export const XML_START = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';

const NOT_IN_XML = /[^\t\n -\ufffd]|_(?=x[0-9a-fA-F]{4}_)/g;
const MARKUP = /[&<>"]/g;
const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/**
 * A text as it stands in a part of a workbook. What XML does not have is written as `_x000D_`, as ECMA-376 part 1 says in
 * 22.9.2.19 (ST_Xstring). A text longer than a cell can be ends with a mark that says so.
 */
export function cellText(text: string): string {
  const short =
    text.length <= MOST_CELL_TEXT ? text : text.slice(0, MOST_CELL_TEXT - CUT.length).toWellFormed() + CUT;
  return escapeXml(
    short.replace(
      NOT_IN_XML,
      (unit) => `_x${unit.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}_`,
    ),
  );
}

/** A text as it stands between tags or in an attribute. */
export function escapeXml(text: string): string {
  return text.replace(MARKUP, (sign) => ENTITIES[sign] ?? sign);
}
