import { describe, expect, it } from "vitest";
import { readLayout } from "../../../../src/imports/readers/csv/layout.ts";
import type { Encoding } from "../../../../src/imports/readers/encodings/encodings.ts";
import { cellsOf, encode, readChunks, UNKNOWN } from "./csv-text.ts";

/** The header and the records of a file, read as the import reads it, with cuts in several places. */
async function read(text: string, encoding: Encoding = "utf-8") {
  const file = encode(text, encoding);
  const { header, delimiter, quote, dataOffset, dataLine } = readLayout(file, encoding, true, UNKNOWN);
  const from = { offset: dataOffset, record: 1, line: dataLine };
  const options = { encoding, delimiter: delimiter ?? ",", quote, columns: header.length, from };
  const { chunks, problem } = await readChunks(file, options);
  expect(problem).toBeNull();
  for (const readBytes of [2, 8, 22, 46]) {
    const other = await readChunks(file, { ...options, limits: { readBytes, records: 2 } });
    expect(cellsOf(other.chunks)).toEqual(cellsOf(chunks));
  }
  const problems = chunks.flatMap(({ records }) => records.map((record) => record.problem));
  return { header, quote, records: cellsOf(chunks), problems };
}

const PEOPLE = [
  ["Ana, Pérez; hija", "ana@x.co"],
  ["Luis\nDíaz", "luis@x.co"],
  ["O'Neil, Zoe", "zoe@x.co"],
  ["", "eva@x.co"],
];

/** A file with marks around all cells that are not empty. */
function fileOf(open: string, close: string, delimiter: string, header: string, people = PEOPLE): string {
  const lines = people.map((cells) =>
    cells.map((cell) => (cell === "" ? "" : open + cell + close)).join(delimiter),
  );
  return `${header}\r\n${lines.join("\r\n")}\r\n`;
}

describe("quotes of another kind around all cells", () => {
  it.each([
    ["“", "”", ",", ""],
    ["„", "“", ";", ""],
    ["”", "”", "\t", ""],
    ["«", "»", ";", ""],
    ["‘", "’", ",", ""],
    ["'", "'", ",", ""],
    ["'", "'", ";", ""],
    ["'", "'", ",", "same"],
    ["„", "“", ";", "same"],
  ])("are read: %s%s between %j, header %s", async (open, close, delimiter, around) => {
    const [before, after] = around === "same" ? [open, close] : [around, around];
    const header = ["Nombre", "Correo"].map((name) => before + name + after).join(delimiter);
    for (const encoding of ["utf-8", "utf-16le", "windows-1252"] as const) {
      const { header: names, records } = await read(fileOf(open, close, delimiter, header), encoding);
      expect(names).toEqual(["Nombre", "Correo"]);
      expect(records).toEqual(PEOPLE);
    }
  });

  it("keep those within a cell, and inches", async () => {
    const people = [
      ['Pantalla de 12"', "ana@x.co"],
      ["Ana “la Güera” Díaz, hija", "eva@x.co"],
      ["x", "y@x.co"],
    ];
    const { records } = await read(fileOf("“", "”", ",", "Nombre,Correo", people));
    expect(records).toEqual(people);
  });

  it("cost the record where one does not close, and no other", async () => {
    const many = Array.from({ length: 30 }, (_, n) => [`Ana, ${n}`, `a${n}@x.co`]);
    const file = `${fileOf("“", "”", ",", "Nombre,Correo", many)}“Eva, Ruiz,“eva@x.co”\r\n“Luz, Paz”,“luz@x.co”\r\n`;
    const { records, problems } = await read(file);
    expect(records.slice(0, 30)).toEqual(many);
    expect(problems.slice(29)).toEqual([null, "unclosed_quote", null]);
    expect(records.at(-1)).toEqual(["Luz, Paz", "luz@x.co"]);
  });

  it.each([
    ["an apostrophe", "Nombre,Correo\nO'Neil,a@x.co\nd'Angelo,b@x.co\n", ["O'Neil", "a@x.co"]],
    [
      "cells that begin with one",
      "Nombre,Tel\n'Ana,'5512345678\n'Eva,'5512345679\n",
      ["'Ana", "'5512345678"],
    ],
    ["a word in quotes", "Nombre,Correo\n“Ana”,a@x.co\n“Eva”,b@x.co\n", ["“Ana”", "a@x.co"]],
    ["one record in quotes", "Nombre,Correo\n'Ana','a@x.co'\nEva,b@x.co\n", ["'Ana'", "'a@x.co'"]],
  ])("are not taken from %s", async (_, text, first) => {
    const { quote, records } = await read(text);
    expect(quote).toBe('"');
    expect(records[0]).toEqual(first);
  });
});
