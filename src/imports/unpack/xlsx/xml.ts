import { type SaxesOptions, SaxesParser } from "saxes";
import { aMacrotask } from "../../../macrotask.ts";
import { FileProblem } from "../../readers/file-problem.ts";
import { damagedWorkbook } from "./damaged.ts";

/** A start tag by its local name: some programs prefix all of them. */
export interface Tag {
  name: string;
  attributes: Record<string, string>;
}

/** What is done with the events of an XML part. Texts may come in several pieces. */
export interface XmlHandler {
  open(tag: Tag): void;
  /** @param placeAfter tells where what follows the tag can be read from. */
  close(name: string, placeAfter: () => XmlPlace): void;
  text(text: string): void;
}

/** Where a part is read from, for one that goes on in the middle: how many characters come before it, in which tags. */
export interface XmlPlace {
  position: number;
  within: string[];
}

/** How long a tag or a text may be: a cell has 32,767 characters at the most. Nothing else makes the parser grow. */
export const LONGEST = 1024 * 1024;
const DEEPEST = 64;
/** Characters that are parsed at once. */
const PIECE = 64 * 1024;
/** What a start tag costs beside its characters, in characters: the shortest ones cost the most. */
const TAG_WORK = 16;
/** Others may go first after so much work, in characters: some 10 ms. */
const PAUSE_WORK = 640 * 1024;
/** Characters that are only passed over cost so much less. */
const SKIP_SHARE = 16;

/** How much of parts may be parsed, in characters; a tag costs some more. Several parts can share one. */
export interface XmlBudget {
  /** Nothing is left where it is 0 or less. */
  left: number;
}

/** What the parts may cost that only describe a workbook: the largest known have a quarter of it. */
const MOST_DESCRIBING = 64 * 1024 * 1024;

/**
 * Parses a part of a workbook as it streams by. After each piece the caller may look at what its handler has. Others
 * in the isolate are let in between pieces, whatever comes out of them.
 *
 * Entities of a document type are not expanded, and nothing outside is fetched.
 *
 * @param budget ends it early where nothing is left of it.
 * @throws FileProblem `damaged_workbook`.
 */
export async function* parseXml(
  content: AsyncIterable<Uint8Array>,
  handler: XmlHandler,
  from: XmlPlace = { position: 0, within: [] },
  budget: XmlBudget | null = null,
): AsyncGenerator<void> {
  const parser = new SaxesParser<SaxesOptions>({ xmlns: false, position: false });
  const prefix = from.within.map((name) => `<${name}>`).join("");
  const base = from.position - prefix.length;
  const within: string[] = [];
  let lastEvent = 0;
  let problem: unknown = null;
  let work = 0;
  // At once: there can be one for each character.
  parser.on("error", () => {
    throw damagedWorkbook();
  });
  parser.on("opentag", (tag) => {
    within.push(tag.name);
    work += TAG_WORK;
    lastEvent = parser.position;
    if (within.length > DEEPEST) problem ??= new Error("too deep");
    handler.open({ name: localName(tag.name), attributes: tag.attributes as Record<string, string> });
  });
  parser.on("closetag", (tag) => {
    within.pop();
    lastEvent = parser.position;
    handler.close(localName(tag.name), placeAfter);
  });
  parser.on("text", (text) => handler.text(text));
  parser.on("cdata", (text) => handler.text(text));
  const placeAfter = () => ({ position: base + parser.position, within: [...within] });
  const write = (text: string) => {
    try {
      parser.write(text);
    } catch (error) {
      if (error instanceof FileProblem) throw error;
      problem ??= error;
    }
    if (problem !== null || parser.position - lastEvent > LONGEST) throw damagedWorkbook();
  };
  write(prefix);
  let toSkip = from.position;
  for await (const text of textOf(content)) {
    const skipped = Math.min(toSkip, text.length);
    toSkip -= skipped;
    work += skipped / SKIP_SHARE;
    if (toSkip > 0 && work >= PAUSE_WORK) {
      work = 0;
      await aMacrotask();
    }
    for (let at = skipped; at < text.length; at += PIECE) {
      const before = work;
      write(text.slice(at, at + PIECE));
      work += Math.min(PIECE, text.length - at);
      yield;
      if (budget) {
        budget.left -= work - before;
        if (budget.left <= 0) return;
      }
      if (work >= PAUSE_WORK) {
        work = 0;
        await aMacrotask();
      }
    }
  }
  if (within.length > 0 || toSkip > 0) throw damagedWorkbook();
}

/**
 * Reads a whole part.
 *
 * @throws FileProblem `damaged_workbook`, or `archive_too_large` where it is more than the budget.
 */
export async function readXml(
  content: AsyncIterable<Uint8Array>,
  handler: XmlHandler,
  budget: XmlBudget = { left: MOST_DESCRIBING },
): Promise<void> {
  for await (const _ of parseXml(content, handler, undefined, budget));
  if (budget.left <= 0) throw describesTooMuch();
}

/** A workbook that no list of leads needs: it may be sound. */
export function describesTooMuch(): FileProblem {
  return new FileProblem(
    "archive_too_large",
    "The workbook has far more styles, sheets or links than a list of leads needs. Copy the table into a new workbook, " +
      "and use that one.",
  );
}

function localName(name: string): string {
  const colon = name.indexOf(":");
  return colon < 0 ? name : name.slice(colon + 1);
}

async function* textOf(content: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let decoder: TextDecoder | null = null;
  for await (const bytes of content) {
    decoder ??= new TextDecoder(bytes[0] === 0xff || bytes[0] === 0xfe ? utf16(bytes) : "utf-8", {
      fatal: true,
      ignoreBOM: false,
    });
    yield decodeOrRefuse(decoder, bytes);
  }
  if (decoder) yield decodeOrRefuse(decoder);
}

/** @param bytes the next ones; none at the end. */
function decodeOrRefuse(decoder: TextDecoder, bytes?: Uint8Array): string {
  try {
    return bytes ? decoder.decode(bytes, { stream: true }) : decoder.decode();
  } catch {
    throw damagedWorkbook();
  }
}

function utf16(bytes: Uint8Array): string {
  return bytes[0] === 0xff ? "utf-16le" : "utf-16be";
}
