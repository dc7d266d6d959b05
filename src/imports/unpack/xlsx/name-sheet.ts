import { FileProblem } from "../../readers/file-problem.ts";
import { sheetNames } from "./workbook.ts";

/**
 * Finds the columns of a table. Where that of a workbook has none of a lead, as a cover, it says which sheet it is: the
 * leads may be on another one.
 *
 * @param sheet its name, where the table is of a workbook.
 */
export function nameSheet<Found>(sheet: string | null | undefined, find: () => Found): Found {
  try {
    return find();
  } catch (error) {
    if (!sheet || !(error instanceof FileProblem) || error.code !== "no_contact_column") throw error;
    const more = `This is the sheet ${sheetNames([sheet])}: where the leads are on another one, send the name of that in the field sheet.`;
    throw new FileProblem(error.code, `${error.message} ${more}`);
  }
}
