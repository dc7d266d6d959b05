import { memoryFile } from "../../../src/imports/preview/memory-file.ts";
import { openArchive } from "../../../src/imports/unpack/archive.ts";
import { zipOf } from "../unpack/packed.ts";

/** The texts of the parts of a workbook, by their paths. */
export type Parts = Map<string, string>;

export async function partsOf(workbook: ArrayBuffer): Promise<Parts> {
  const parts: Parts = new Map();
  for (const { name, content } of await openArchive(memoryFile(new Uint8Array(workbook)))) {
    const pieces: Uint8Array[] = [];
    for await (const piece of content()) pieces.push(piece);
    parts.set(name, Buffer.concat(pieces).toString());
  }
  return parts;
}

const textsIn = (xml: string) => [...xml.matchAll(/ r="([A-Z]+)(\d+)"[^>]*><is><t[^>]*>([^<]*)</g)];

/** The cells of a row of a sheet, by the letters of their columns. */
export function rowOf(parts: Parts, sheet: number, row: number): Record<string, string> {
  const xml = parts.get(`xl/worksheets/sheet${sheet}.xml`) ?? "";
  return Object.fromEntries(
    textsIn(xml).flatMap(([, column = "", at, text = ""]) => (at === String(row) ? [[column, text]] : [])),
  );
}

/** The lists of choices of the first sheet, by the letters of their columns, as a spreadsheet looks them up. */
export function listsOf(parts: Parts): Record<string, string[]> {
  const xml = parts.get("xl/worksheets/sheet1.xml") ?? "";
  const lists = xml.matchAll(/sqref="([A-Z]+)2:[^"]*"><formula1>Lists!\$([A-Z]+)\$1:\$[A-Z]+\$(\d+)</g);
  return Object.fromEntries(
    [...lists].map(([, column = "", source = "", last]) => {
      const rows = Array.from({ length: Number(last) }, (_, at) => rowOf(parts, 2, at + 1)[source] ?? "");
      return [column, rows];
    }),
  );
}

/** The workbook with one more row in its first sheet, saved again. */
export function withRow(parts: Parts, row: number, cells: Record<string, string>): Uint8Array {
  const written = Object.entries(cells).map(
    ([column, text]) => `<c r="${column}${row}" t="inlineStr"><is><t>${text}</t></is></c>`,
  );
  return zipOf(
    [...parts].map(([name, xml]) => ({
      name,
      content: name.endsWith("sheet1.xml")
        ? xml.replace("</sheetData>", `<row r="${row}">${written.join("")}</row></sheetData>`)
        : xml,
    })),
  );
}
