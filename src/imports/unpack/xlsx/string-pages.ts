import { FileProblem } from "../../readers/file-problem.ts";
import type { ReadableFile } from "../stored-file.ts";
import { damagedWorkbook } from "./damaged.ts";
import { LONGEST, parseXml, type XmlBudget, type XmlHandler } from "./xml.ts";

/** A workbook keeps its texts apart from its rows. They may be a million: pages of them lie in R2. */
export interface StringPages {
  /** The number of the first text of each page. */
  firsts: number[];
  /** Where each page begins; at the end, where the last one ends. */
  offsets: number[];
  count: number;
}

const PAGE_UNITS = 128 * 1024;
/** The list of pages is kept in the import's row. */
const MOST_PAGES = 4000;
/** A text of 32,767 characters, each in a run with some properties of its own. */
const MOST_TEXT_TAGS = 500_000;

/**
 * The texts of a workbook page by page, each a JSON array; `pages` is complete at the end.
 *
 * @param budget ends it early where nothing is left of it.
 */
export async function* writePages(
  content: AsyncIterable<Uint8Array>,
  pages: StringPages,
  budget: XmlBudget | null = null,
): AsyncGenerator<{ bytes: Uint8Array }> {
  const encoder = new TextEncoder();
  let texts: string[] = [];
  let units = 0;
  const flush = (): { bytes: Uint8Array } => {
    const bytes = encoder.encode(JSON.stringify(texts));
    if (pages.firsts.length >= MOST_PAGES) throw tooManyTexts();
    pages.firsts.push(pages.count);
    pages.offsets.push((pages.offsets.at(-1) ?? 0) + bytes.length);
    pages.count += texts.length;
    texts = [];
    units = 0;
    return { bytes };
  };
  const handler = readTexts("si", (text) => {
    texts.push(text);
    units += text.length + 4;
  });
  for await (const _ of parseXml(content, handler, undefined, budget)) if (units >= PAGE_UNITS) yield flush();
  if (texts.length > 0) yield flush();
}

/** No pages yet. */
export function noPages(): StringPages {
  return { firsts: [], offsets: [0], count: 0 };
}

/** Reads texts in elements: their runs together, without what says how to pronounce them. */
export function readTexts(element: string, onText: (text: string) => void): XmlHandler {
  let text = "";
  let inText = false;
  let aside = 0;
  let tags = 0;
  return {
    open({ name }) {
      if (name === element) {
        text = "";
        tags = 0;
      }
      if (++tags > MOST_TEXT_TAGS) throw damagedWorkbook();
      if (name === "rPh") aside += 1;
      if (name === "t") inText = true;
    },
    close(name) {
      if (name === "t") inText = false;
      if (name === "rPh") aside -= 1;
      if (name === element) onText(unescapeText(text));
    },
    text(piece) {
      if (!inText || aside > 0) return;
      text += piece;
      if (text.length > LONGEST) throw damagedWorkbook();
    },
  };
}

/** Characters that XML does not have stand as `_x000D_`. */
export function unescapeText(text: string): string {
  if (!text.includes("_x")) return text;
  const unescaped = text.replace(/_x([0-9a-fA-F]{4})_/g, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
  return unescaped.toWellFormed();
}

/** How many pages are kept parsed: texts that many rows share, and the page that comes next. */
const KEPT = 6;

/** Gives texts by their numbers. @param missing what a number is refused with that no page has. */
export function openPages(file: ReadableFile | null, pages: StringPages, missing = damagedWorkbook) {
  const kept = new Map<number, string[]>();
  const load = async (page: number): Promise<string[]> => {
    const known = kept.get(page);
    if (known) {
      kept.delete(page);
      kept.set(page, known);
      return known;
    }
    const from = pages.offsets[page] ?? 0;
    const to = pages.offsets[page + 1] ?? 0;
    if (!file) throw damagedWorkbook();
    const texts = JSON.parse(new TextDecoder().decode(await file.read(from, to - from))) as string[];
    kept.set(page, texts);
    const [oldest] = kept.keys();
    if (kept.size > KEPT && oldest !== undefined) kept.delete(oldest);
    return texts;
  };
  return {
    /**
     * The texts of these numbers; each page is read once, however they are ordered.
     *
     * @returns `null` where they are longer than that.
     */
    async textsOf(numbers: Iterable<number>, mostUnits: number): Promise<Map<number, string> | null> {
      const texts = new Map<number, string>();
      let units = 0;
      const byPage = new Map<number, number[]>();
      for (const number of numbers) {
        if (!(number >= 0 && number < pages.count)) throw missing();
        const page = pageOf(pages.firsts, number);
        const wanted = byPage.get(page);
        if (wanted) wanted.push(number);
        else byPage.set(page, [number]);
      }
      for (const [page, wanted] of byPage) {
        const loaded = await load(page);
        const first = pages.firsts[page] ?? 0;
        for (const number of wanted) {
          const text = loaded[number - first] ?? "";
          units += text.length;
          texts.set(number, text);
        }
        if (units > mostUnits) return null;
      }
      return texts;
    },
  };
}

function pageOf(firsts: number[], number: number): number {
  let low = 0;
  let high = firsts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((firsts[middle] as number) <= number) low = middle;
    else high = middle - 1;
  }
  return low;
}

function tooManyTexts(): FileProblem {
  return new FileProblem(
    "archive_too_large",
    "The texts of the workbook are larger than 500 MiB. Split the list, and import the parts one after another.",
  );
}
