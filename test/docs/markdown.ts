import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../src/cli/root.ts";
import { slugOf } from "../../src/docs/slug.ts";

/** A block of code in a document. */
export interface Block {
  /** Where it begins: the file, and its line from 1. */
  at: string;
  language: string;
  /** What stands after the language, such as `remote`. */
  mark: string;
  text: string;
}

/** A document: its path in the project, and its text. */
export interface Document {
  path: string;
  text: string;
}

/** Every document of the project. */
export function documents(): Document[] {
  const paths = globSync(["README.md", "docs/*.md", "{src,test}/**/README.md"], { cwd: ROOT }).sort();
  return paths.map((path) => ({ path, text: readFileSync(join(ROOT, path), "utf8") }));
}

/** The blocks of code of a document, in their order. */
export function blocksOf({ path, text }: Document): Block[] {
  return [...text.matchAll(/^```(\w*) ?(.*)\n([\s\S]*?)^```$/gm)].map(
    ({ index, 1: language = "", 2: mark = "", 3: code = "" }) => ({
      at: `${path}:${text.slice(0, index).split("\n").length}`,
      language,
      mark,
      text: code,
    }),
  );
}

/** The targets of a document's links. */
export function linksOf({ text }: Document): string[] {
  return [...withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = ""]) => target);
}

/** The anchors of a document's headings, as GitHub writes them. */
export function anchorsOf({ text }: Document): string[] {
  return [...withoutCode(text).matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) => slugOf(heading));
}

function withoutCode(text: string): string {
  return text
    .replace(/^```[\s\S]*?^```$/gm, "")
    .replace(/`[^`\n]*`/g, (code) => code.replace(/[[\]()]/g, ""));
}
