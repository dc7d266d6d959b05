import { isObjectLines, refuseOtherKinds } from "../../src/imports/readers/file-kind.ts";
import { objectsReader } from "../../src/imports/readers/json/objects.ts";
import { rowsReader } from "../../src/imports/readers/json/rows.ts";
import { scanKeys } from "../../src/imports/readers/json/scan-keys.ts";
import type { RecordReader } from "../../src/imports/readers/reader.ts";
import { CHUNK_LIMITS } from "../../src/imports/readers/records.ts";
import { type ArchiveEntry, openArchive } from "../../src/imports/unpack/archive.ts";
import { gunzip } from "../../src/imports/unpack/gunzip.ts";
import { pickFile } from "../../src/imports/unpack/pick-file.ts";
import { showNumbers } from "../../src/imports/unpack/xlsx/show-number.ts";
import { unescapeText } from "../../src/imports/unpack/xlsx/string-pages.ts";
import { openWorkbook } from "../../src/imports/unpack/xlsx/workbook.ts";
import { readXml } from "../../src/imports/unpack/xlsx/xml.ts";

/** What reads lines of objects, archives and workbooks. */

const MEBIBYTE = 1024 * 1024;
const HEAD = 256 * 1024;
/** More than Excel takes for the pattern of a number. */
const PATTERN = 255;
/** What the list of an archive says of a name at most. */
const NAME = 65_535;
const KEYS = ["email", "phone", "a", ""];
const OPTIONS = { delimiter: null, quote: '"' as const, header: KEYS, contacts: [0], tags: [] };

const bytesOf = (text: string) => new TextEncoder().encode(text);

const sourceOf = (bytes: Uint8Array) => ({
  read: async (offset: number, length: number) => bytes.subarray(offset, offset + length),
  size: bytes.length,
  stream: async (offset: number, length: number) =>
    new Blob([bytes.slice(offset, offset + length)]).stream() as ReadableStream<Uint8Array>,
  trouble: () => null,
});

async function readAll(reader: RecordReader, text: string): Promise<void> {
  const from = { offset: 0, record: 1, line: 1 };
  for await (const _ of reader.records(sourceOf(bytesOf(text)), from, OPTIONS, CHUNK_LIMITS));
}

async function* contentOf(text: string): AsyncGenerator<Uint8Array> {
  yield bytesOf(text);
}

/** An archive whose list of files is what was given. */
function archiveOf(list: Uint8Array) {
  const end = new Uint8Array(22);
  const view = new DataView(end.buffer);
  view.setUint32(0, 0x06054b50, true);
  view.setUint16(8, 0xffff - 1, true);
  view.setUint16(10, 0xffff - 1, true);
  view.setUint32(12, list.length, true);
  view.setUint32(16, 0, true);
  const archive = new Uint8Array(list.length + end.length);
  archive.set(list);
  archive.set(end, list.length);
  return sourceOf(archive);
}

/** Entries of an archive's list, as many as fit, each with the signature that one has to have. */
function listOf(text: string): Uint8Array {
  const list = bytesOf(text).slice(0, HEAD);
  const view = new DataView(list.buffer);
  for (let at = 0; at + 46 < list.length; at += 46) {
    view.setUint32(at, 0x02014b50, true);
    for (const length of [28, 30, 32]) view.setUint16(at + length, 0, true);
  }
  return list;
}

const entryOf = (name: string): ArchiveEntry => ({ name, encrypted: false, bytes: 1, async *content() {} });

async function unpackAll(text: string): Promise<void> {
  const bytes = bytesOf(text);
  bytes.set([0x1f, 0x8b, 8, 0]);
  for await (const _ of gunzip(sourceOf(bytes)));
}

/** As in worst-times.test.ts: what reads, the most that it is given, and what gives it. */
export const FILE_READERS: [name: string, most: number, read: (text: string) => unknown][] = [
  ["the kind of a file", MEBIBYTE, (text) => refuseOtherKinds(bytesOf(`<${text}`), "utf-8")],
  ["whether lines are objects", HEAD, (text) => isObjectLines(bytesOf(`{${text}`), "utf-8")],
  [
    "the keys of objects",
    MEBIBYTE,
    (text) => scanKeys(sourceOf(bytesOf(`{"a":1}\n{"${text}`)), "utf-8", { offset: 0, keys: [] }),
  ],
  ["lines of objects", MEBIBYTE, (text) => readAll(objectsReader("utf-8", KEYS), `{"email":"${text}"}\n{`)],
  ["rows of a sheet", MEBIBYTE, (text) => readAll(rowsReader(), `["${text}"]\n[`)],
  ["XML of a workbook", MEBIBYTE, (text) => readXml(contentOf(`<a>${text}`), SILENT)],
  ["a tag of a workbook", MEBIBYTE, (text) => readXml(contentOf(`<a b="${text}`), SILENT)],
  ["a text of a workbook", MEBIBYTE, unescapeText],
  ["a pattern of numbers", PATTERN, (text) => showNumbers(text, false)(45_678.9, "45678.9")],
  ["the list of an archive", HEAD, (text) => openArchive(archiveOf(listOf(text)))],
  ["a name in an archive", NAME, (text) => pickFile([entryOf(text), entryOf(`${text}.csv`)])],
  ["a gzip file", MEBIBYTE, unpackAll],
];

/** A workbook whose lists are as long as is said, in a folder of that name. */
function listing(folder: string, relations: number, sheets: number): () => Promise<unknown> {
  const part = (name: string, text: string): ArchiveEntry => ({
    ...entryOf(name),
    content: () => contentOf(text),
  });
  const related = (type: string, id: number, target: string) =>
    `<Relationship Id="${id}" Type="${type}" Target="${target}"/>`;
  const sheet = (n: number) => related("worksheet", n, "s");
  const entries = [
    part("_rels/.rels", `<a>${related("officeDocument", 0, `${folder}book.xml`)}</a>`),
    part(`${folder}_rels/book.xml.rels`, `<a>${listOfMany(relations, sheet)}</a>`),
    part(`${folder}book.xml`, `<a>${listOfMany(sheets, (n) => `<sheet r:id="${-n}"/>`)}</a>`),
  ];
  return () => openWorkbook(entries, null);
}

const listOfMany = (count: number, one: (n: number) => string) =>
  Array.from({ length: count }, (_, n) => one(n + 1)).join("");

/** Workbooks that no spreadsheet writes, the milliseconds that they may take, and what opens them. */
export const WORKBOOKS: [name: string, most: number, read: () => Promise<unknown>][] = [
  // Others are let in while its tags are parsed, which is nearly all of it.
  ["of many sheets and relations", 200, listing("xl/", 20_000, 20_000)],
  ["deep in folders", 50, listing("a/".repeat(30_000), 500, 1)],
];

const SILENT = { open() {}, close() {}, text() {} };
