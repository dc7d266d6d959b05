import { writeWorkbook, XLSX_TYPE } from "../../files/xlsx/write-workbook.ts";
import { BOM, csv, NEWLINE } from "../../leads/export/export-columns.ts";
import type { TemplateColumn } from "./template-columns.ts";

/** A file for people to fill in: a header, and an example that shows what goes where. */
export function makeTemplate(
  columns: readonly TemplateColumn[],
  format: "csv" | "xlsx",
): { body: string | ReadableStream<Uint8Array>; type: string } {
  const header = columns.map((column) => column.header);
  const example = columns.map((column) => column.example);
  if (format === "csv")
    return { body: BOM + csv([header, example]) + NEWLINE, type: "text/csv; charset=utf-8" };
  const commented = columns.map(({ header: text, comment }) => ({ text, comment }));
  const lists = columns.flatMap(({ options, isStrict }, column) =>
    options.length > 0 ? [{ column, options, isStrict }] : [],
  );
  const body = writeWorkbook({ name: "Leads", pages: [[commented, example]], lists, hasComments: true });
  return { body, type: XLSX_TYPE };
}
