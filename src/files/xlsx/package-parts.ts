import { escapeXml, XML_START } from "./xml-text.ts";

const MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships";
const OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml";

/** The places of the formats of cells in the part of styles. All are texts: a phone or a date stays as it is typed. */
export const STYLES = { text: 1, header: 2, wrong: 3 } as const;

/** The sheet that the options of lists stand on; it is hidden. */
export const LIST_SHEET = "Lists";

/** What a workbook has beside its first sheet. */
export interface Extras {
  hasComments: boolean;
  hasLists: boolean;
}

/** The small parts that say what the others are, by their paths, in the order in which they are written. */
export function packageParts(sheetName: string, { hasComments, hasLists }: Extras): [string, string][] {
  const sheets = [sheetName, ...(hasLists ? [LIST_SHEET] : [])];
  const styles = `<Relationship Id="rId${sheets.length + 1}" Type="${OFFICE}/styles" Target="styles.xml"/>`;
  const parts: [string, string][] = [
    ["[Content_Types].xml", contentTypes(sheets.length, hasComments)],
    ["_rels/.rels", relationships(relationship(1, "officeDocument", "xl/workbook.xml"))],
    ["xl/workbook.xml", workbook(sheets)],
    [
      "xl/_rels/workbook.xml.rels",
      relationships(
        sheets.map((_, at) => relationship(at + 1, "worksheet", `worksheets/sheet${at + 1}.xml`)).join("") +
          styles,
      ),
    ],
    ["xl/styles.xml", STYLESHEET],
  ];
  if (hasComments) {
    const own = relationship(1, "vmlDrawing", "../drawings/vmlDrawing1.vml");
    const texts = relationship(2, "comments", "../comments1.xml");
    parts.push(["xl/worksheets/_rels/sheet1.xml.rels", relationships(own + texts)]);
  }
  return parts;
}

function contentTypes(sheets: number, hasComments: boolean): string {
  const vml =
    '<Default Extension="vml" ContentType="application/vnd.openxmlformats-officedocument.vmlDrawing"/>';
  const override = (path: string, type: string) =>
    `<Override PartName="${path}" ContentType="${SPREADSHEET}.${type}+xml"/>`;
  const ofSheets = Array.from({ length: sheets }, (_, at) =>
    override(`/xl/worksheets/sheet${at + 1}.xml`, "worksheet"),
  );
  return (
    `${XML_START}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>' +
    `<Default Extension="xml" ContentType="application/xml"/>${hasComments ? vml : ""}` +
    override("/xl/workbook.xml", "sheet.main") +
    ofSheets.join("") +
    override("/xl/styles.xml", "styles") +
    `${hasComments ? override("/xl/comments1.xml", "comments") : ""}</Types>`
  );
}

function workbook(sheets: string[]): string {
  const listed = sheets.map(
    (name, at) =>
      `<sheet name="${escapeXml(name)}" sheetId="${at + 1}"${at === 0 ? "" : ' state="hidden"'} r:id="rId${at + 1}"/>`,
  );
  return `${XML_START}<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets>${listed.join("")}</sheets></workbook>`;
}

function relationships(content: string): string {
  return `${XML_START}<Relationships xmlns="${RELATIONS}">${content}</Relationships>`;
}

function relationship(id: number, type: string, target: string): string {
  return `<Relationship Id="rId${id}" Type="${OFFICE}/${type}" Target="${target}"/>`;
}

/** Format 49 is Excel's own `@`: text. */
const STYLESHEET =
  `${XML_START}<styleSheet xmlns="${MAIN}">` +
  '<fonts count="2"><font><sz val="11"/><name val="Calibri"/><family val="2"/></font>' +
  '<font><b/><sz val="11"/><name val="Calibri"/><family val="2"/></font></fonts>' +
  '<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>' +
  '<fill><patternFill patternType="solid"><fgColor rgb="FFFFC7CE"/><bgColor indexed="64"/></patternFill></fill></fills>' +
  '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>' +
  '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>' +
  '<cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>' +
  '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>' +
  '<xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/>' +
  '<xf numFmtId="49" fontId="0" fillId="2" borderId="0" xfId="0" applyNumberFormat="1" applyFill="1"/></cellXfs>' +
  '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>';
