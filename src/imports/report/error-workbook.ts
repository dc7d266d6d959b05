import type { Tenant } from "../../db/leads/tenant.ts";
import { MOST_COMMENTS, type SheetCell, type SheetRow } from "../../files/xlsx/sheet.ts";
import { writeWorkbook } from "../../files/xlsx/write-workbook.ts";
import type { ReadingPlan } from "../state/import-state.ts";
import {
  errorColumns,
  errorRow,
  type RejectionRow,
  rejectionPages,
  surplusWidth,
  wrongPlace,
} from "./error-rows.ts";
import { errorText, type TextLocale } from "./error-texts/texts.ts";

/** More would take more statements than a request has, and nobody corrects them by hand. */
export const MOST_WORKBOOK_RECORDS = 100_000;

const SHEET_NAME = "Errors";

/**
 * The rejected records of an import as a workbook, with the rows of the error file: the cell to correct is coloured, and
 * a comment says why and what to do, as long as the workbook has room for comments. It is written while it is read.
 *
 * @param locale the language of the comments.
 */
export function errorWorkbook(
  tenant: Tenant,
  importId: number,
  plan: ReadingPlan,
  locale: TextLocale,
): ReadableStream<Uint8Array> {
  return writeWorkbook({ name: SHEET_NAME, pages: pages(tenant, importId, plan, locale), hasComments: true });
}

async function* pages(
  tenant: Tenant,
  importId: number,
  plan: ReadingPlan,
  locale: TextLocale,
): AsyncGenerator<SheetRow[]> {
  const columns = errorColumns(plan, await surplusWidth(tenant, importId, plan));
  yield [columns.header];
  let comments = 0;
  const wrongCell = (text: string, { code, reason: known }: RejectionRow): SheetCell => {
    if (comments === MOST_COMMENTS) return { text, comment: null, isWrong: true };
    comments++;
    const { reason, hint } = errorText(code, known, locale);
    return { text, comment: `${reason}\n${hint}`.trim(), isWrong: true };
  };
  for await (const { rejections } of rejectionPages(tenant, importId, 1)) {
    yield rejections.map((rejection) => {
      const wrong = wrongPlace(columns, rejection);
      return errorRow(columns, rejection).map((text, place) =>
        place === wrong ? wrongCell(text, rejection) : text,
      );
    });
  }
}
