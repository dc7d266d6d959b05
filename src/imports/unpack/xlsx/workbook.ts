import { shorten } from "../../../leads/normalize/shorten.ts";
import { FileProblem } from "../../readers/file-problem.ts";
import { type ArchiveEntry, withPassword } from "../archive.ts";
import { damagedWorkbook } from "./damaged.ts";
import { describesTooMuch, readXml, type XmlBudget } from "./xml.ts";

/** The parts of a workbook that a sheet is read from. */
export interface Workbook {
  sheet: string;
  /** The names of the others that could be read. */
  others: string[];
  rows: ArchiveEntry;
  strings: ArchiveEntry | null;
  styles: ArchiveEntry | null;
  /** Whether days count from 1904, as on old Macs. */
  from1904: boolean;
}

interface Sheet {
  name: string;
  /** The address of its part, as the workbook's relations say it. */
  target: string;
  hidden: boolean;
}

/**
 * Finds the parts of a workbook by what it says of itself.
 *
 * @param wanted the name of a sheet or its number; `null` is the first one that is not hidden.
 * @param budget what reading its parts may cost.
 * @throws FileProblem `sheet_missing`, `encrypted_file`, `damaged_workbook` or `archive_too_large`.
 */
export async function openWorkbook(
  entries: ArchiveEntry[],
  wanted: string | null,
  budget?: XmlBudget,
): Promise<Workbook> {
  if (entries.some(({ encrypted }) => encrypted)) throw withPassword();
  const parts = new Map(entries.map((entry) => [entry.name.toLowerCase(), entry]));
  const part = (name: string) => parts.get(name.toLowerCase()) ?? null;
  const root = (await relations(part("_rels/.rels"), budget)).find(({ type }) => type === "officeDocument");
  const bookName = root ? resolvePath("", root.target) : "xl/workbook.xml";
  const book = part(bookName);
  if (!book) throw notAWorkbook(entries);
  const folder = bookName.slice(0, bookName.lastIndexOf("/") + 1);
  const related = await relations(part(`${folder}_rels/${bookName.slice(folder.length)}.rels`), budget);
  const { sheets, from1904 } = await readBook(book, related, budget);
  const sheet = chooseSheet(sheets, wanted);
  const rows = part(resolvePath(folder, sheet.target));
  if (!rows) throw damagedWorkbook();
  const named = (type: string) => {
    const relation = related.find((one) => one.type === type);
    return relation ? part(resolvePath(folder, relation.target)) : null;
  };
  return {
    sheet: sheet.name,
    others: sheets.filter((one) => one !== sheet).map(({ name }) => name),
    rows,
    strings: named("sharedStrings"),
    styles: named("styles"),
    from1904,
  };
}

interface Relation {
  id: string;
  /** The last part of its address: the same in both editions of the standard. */
  type: string;
  /** Its address, from the folder of the part that has it: only those that are followed are resolved. */
  target: string;
}

/** A workbook has one for each sheet, and a few more. */
const MOST_RELATIONS = 20_000;

async function relations(part: ArchiveEntry | null, budget?: XmlBudget): Promise<Relation[]> {
  const parsed: Relation[] = [];
  if (!part) return parsed;
  await readXml(
    part.content(),
    {
      open({ name, attributes: { Id = "", Type = "", Target = "" } }) {
        if (name !== "Relationship") return;
        if (parsed.length >= MOST_RELATIONS) throw describesTooMuch();
        parsed.push({ id: Id, type: Type.slice(Type.lastIndexOf("/") + 1), target: Target });
      },
      close() {},
      text() {},
    },
    budget,
  );
  return parsed;
}

function resolvePath(folder: string, target: string): string {
  if (target.startsWith("/")) return target.slice(1);
  const path: string[] = [];
  for (const step of `${folder}${target}`.split("/")) {
    if (step === "..") path.pop();
    else if (step !== "." && step !== "") path.push(step);
  }
  return path.join("/");
}

/** More sheets than that have no lists of leads in them. */
const MOST_SHEETS = 5000;

async function readBook(
  book: ArchiveEntry,
  related: Relation[],
  budget?: XmlBudget,
): Promise<{ sheets: Sheet[]; from1904: boolean }> {
  // Of those with the same id the first one counts.
  const byId = new Map<string | undefined, Relation>(related.toReversed().map((one) => [one.id, one]));
  const sheets: Sheet[] = [];
  let from1904 = false;
  await readXml(
    book.content(),
    {
      open({ name, attributes }) {
        if (name === "workbookPr") from1904 = ["1", "true"].includes(attributes.date1904 ?? "");
        if (name !== "sheet" || sheets.length >= MOST_SHEETS) return;
        const id = Object.entries(attributes).find(([key]) => key.endsWith(":id"))?.[1];
        const relation = byId.get(id);
        // A sheet of a chart has no rows.
        if (relation?.type !== "worksheet") return;
        const hidden = (attributes.state ?? "visible") !== "visible";
        sheets.push({ name: attributes.name ?? "", target: relation.target, hidden });
      },
      close() {},
      text() {},
    },
    budget,
  );
  return { sheets, from1904 };
}

/** A sheet's name, whatever its capitals, its spaces and the way in which its accents are encoded. */
function looseName(name: string): string {
  return name.normalize("NFKC").replace(/\s+/g, " ").trim().toLowerCase();
}

function chooseSheet(sheets: Sheet[], wanted: string | null): Sheet {
  const loose = wanted === null ? null : looseName(wanted);
  const chosen =
    wanted === null
      ? (sheets.find(({ hidden }) => !hidden) ?? sheets[0])
      : (sheets.find(({ name }) => name === wanted) ??
        sheets.find(({ name }) => looseName(name) === loose) ??
        (/^\d{1,4}$/.test(wanted) ? sheets[Number(wanted) - 1] : undefined));
  if (chosen) return chosen;
  if (sheets.length === 0) throw damagedWorkbook();
  throw new FileProblem(
    "sheet_missing",
    `The workbook has no sheet “${shorten(wanted ?? "")}”. It has ${sheetNames(sheets.map(({ name }) => name))}: send one of ` +
      "these in the field sheet, or its number.",
  );
}

/** Names of sheets for a sentence. */
export function sheetNames(names: string[]): string {
  const most = 10;
  const shown = names.slice(0, most).map((name) => `“${shorten(name)}”`);
  return shown.join(", ") + (names.length > most ? ` and ${names.length - most} more` : "");
}

function notAWorkbook(entries: ArchiveEntry[]): FileProblem {
  if (!entries.some(({ name }) => /^xl\//i.test(name))) {
    return new FileProblem(
      "binary_file",
      "This file is an Office document, but no workbook. Export the table of leads as .xlsx or CSV UTF-8, and import that file.",
    );
  }
  return damagedWorkbook();
}
