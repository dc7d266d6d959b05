import { type PackedFile, zipOf } from "./packed.ts";

/** What a cell of a test's workbook is: a text, a number, a number in a style, or its XML as it stands. */
export type TestCell = string | number | boolean | null | { v: number; s: number } | { xml: string };

export interface TestSheet {
  name: string;
  rows: TestCell[][];
  hidden?: boolean;
  /** Rows by their XML, for what `rows` cannot say. */
  xml?: string;
  /** Ranges of merged cells, as in `A2:A4`. */
  merged?: string[];
  /** The numbers of hidden rows and columns, from 1. */
  hiddenRows?: number[];
  hiddenColumns?: number[];
}

export interface TestWorkbook {
  sheets: TestSheet[];
  /** Where texts stand: apart, as Excel writes them, or in their cells. */
  texts?: "shared" | "inline";
  from1904?: boolean;
  /** Put before the names of all tags of a sheet, as in `x:`. */
  prefix?: string;
  /** Relations beside those that it needs, as XML. */
  relations?: string;
  /** Patterns of numbers in place of `PATTERNS`. */
  patterns?: string[];
  more?: PackedFile[];
}

/** Patterns of numbers by the number of the style that shows them. */
export const PATTERNS = [
  "General",
  "dd/mm/yyyy",
  "0%",
  "00000",
  '"$"#,##0.00',
  "m/d/yy h:mm",
  "#,##0",
  "0.00E+00",
];

const escapeXml = (text: string) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");

/** The letters of a column, from 0. */
function letters(column: number): string {
  const letter = String.fromCharCode(65 + (column % 26));
  return column < 26 ? letter : letters(Math.floor(column / 26) - 1) + letter;
}

/** A workbook as Excel writes one, with no more than what has to be in it. */
export function workbookOf({
  sheets,
  texts = "shared",
  from1904,
  prefix = "",
  relations = "",
  patterns = PATTERNS,
  more = [],
}: TestWorkbook): Uint8Array {
  const shared = new Map<string, number>();
  const cellXml = (cell: TestCell, reference: string): string => {
    if (cell === null) return "";
    if (typeof cell === "number")
      return `<${prefix}c r="${reference}"><${prefix}v>${cell}</${prefix}v></${prefix}c>`;
    if (typeof cell === "boolean")
      return `<${prefix}c r="${reference}" t="b"><${prefix}v>${cell ? 1 : 0}</${prefix}v></${prefix}c>`;
    if (typeof cell === "object" && "xml" in cell) return cell.xml.replace("REF", reference);
    if (typeof cell === "object") {
      return `<${prefix}c r="${reference}" s="${cell.s}"><${prefix}v>${cell.v}</${prefix}v></${prefix}c>`;
    }
    if (texts === "inline") {
      return `<${prefix}c r="${reference}" t="inlineStr"><${prefix}is><${prefix}t>${escapeXml(cell)}</${prefix}t></${prefix}is></${prefix}c>`;
    }
    const index = shared.get(cell) ?? shared.size;
    shared.set(cell, index);
    return `<${prefix}c r="${reference}" t="s"><${prefix}v>${index}</${prefix}v></${prefix}c>`;
  };
  const sheetXml = ({ rows, xml, merged = [], hiddenRows = [], hiddenColumns = [] }: TestSheet) => {
    const body = rows.map((cells, row) => {
      const inner = cells.map((cell, column) => cellXml(cell, `${letters(column)}${row + 1}`)).join("");
      const hidden = hiddenRows.includes(row + 1) ? ' hidden="1"' : "";
      return inner && `<${prefix}row r="${row + 1}"${hidden}>${inner}</${prefix}row>`;
    });
    const columns = hiddenColumns.map((at) => `<${prefix}col min="${at}" max="${at}" hidden="1" width="9"/>`);
    const cols = columns.length > 0 ? `<${prefix}cols>${columns.join("")}</${prefix}cols>` : "";
    const ranges = merged.map((range) => `<${prefix}mergeCell ref="${range}"/>`);
    const cells = ranges.length > 0 ? `<${prefix}mergeCells>${ranges.join("")}</${prefix}mergeCells>` : "";
    return `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<${prefix}worksheet>${cols}<${prefix}sheetData>${xml ?? body.join("")}</${prefix}sheetData>${cells}<${prefix}pageMargins/></${prefix}worksheet>`;
  };
  const parts = sheets.map((sheet, index) => ({
    name: `xl/worksheets/sheet${index + 1}.xml`,
    content: sheetXml(sheet),
  }));
  const type = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
  const relation = (id: string, kind: string, target: string) =>
    `<Relationship Id="${id}" Type="${type}/${kind}" Target="${target}"/>`;
  return zipOf([
    { name: "[Content_Types].xml", content: "<Types/>" },
    {
      name: "_rels/.rels",
      content: `<Relationships>${relation("rId1", "officeDocument", "xl/workbook.xml")}</Relationships>`,
    },
    {
      name: "xl/workbook.xml",
      content: `<workbook><workbookPr${from1904 ? ' date1904="1"' : ""}/><sheets>${sheets
        .map(
          ({ name, hidden }, index) =>
            `<sheet name="${escapeXml(name)}" sheetId="${index + 1}"${hidden ? ' state="hidden"' : ""} r:id="s${index + 1}"/>`,
        )
        .join("")}</sheets></workbook>`,
    },
    {
      name: "xl/_rels/workbook.xml.rels",
      content: `<Relationships>${sheets
        .map((_, index) => relation(`s${index + 1}`, "worksheet", `worksheets/sheet${index + 1}.xml`))
        .join(
          "",
        )}${relation("t", "sharedStrings", "/xl/sharedStrings.xml")}${relation("f", "styles", "styles.xml")}${relations}</Relationships>`,
    },
    {
      name: "xl/styles.xml",
      content: `<styleSheet><numFmts>${patterns.map((pattern, index) => `<numFmt numFmtId="${200 + index}" formatCode="${escapeXml(pattern).replace(/"/g, "&quot;")}"/>`).join("")}</numFmts><cellXfs>${patterns.map((_, index) => `<xf numFmtId="${200 + index}"/>`).join("")}<xf numFmtId="14"/></cellXfs></styleSheet>`,
    },
    {
      name: "xl/sharedStrings.xml",
      content: `<sst>${[...shared.keys()].map((text) => `<si><t xml:space="preserve">${escapeXml(text)}</t></si>`).join("")}</sst>`,
    },
    ...parts,
    ...more,
  ]);
}
