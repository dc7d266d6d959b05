import { getFormatFromId } from "numfmt";
import type { ArchiveEntry } from "../archive.ts";
import { readXml, type XmlBudget } from "./xml.ts";

/** Excel keeps 65,490; more than that is no workbook of leads. */
const MOST_STYLES = 70_000;

/** How the cells of each style show numbers: patterns by the number of the style. */
export async function readStyles(part: ArchiveEntry | null, budget?: XmlBudget): Promise<string[]> {
  const styles: string[] = [];
  if (!part) return styles;
  const own = new Map<string, string>();
  let inCells = false;
  await readXml(
    part.content(),
    {
      open({ name, attributes }) {
        if (name === "numFmt" && own.size < MOST_STYLES)
          own.set(attributes.numFmtId ?? "", attributes.formatCode ?? "");
        if (name === "cellXfs") inCells = true;
        if (!inCells || name !== "xf" || styles.length >= MOST_STYLES) return;
        const id = attributes.numFmtId ?? "0";
        styles.push(own.get(id) ?? builtIn(Number(id)));
      },
      close(name) {
        if (name === "cellXfs") inCells = false;
      },
      text() {},
    },
    budget,
  );
  return styles;
}

function builtIn(id: number): string {
  try {
    return getFormatFromId(id) ?? "General";
  } catch {
    return "General";
  }
}
