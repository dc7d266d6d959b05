import { describe, expect, it } from "vitest";
import { readLayout } from "../../../../src/imports/readers/csv/layout.ts";
import { FileProblem } from "../../../../src/imports/readers/file-problem.ts";
import type { Layout } from "../../../../src/imports/readers/reader.ts";
import { ENCODINGS, encode, joinBytes, UNKNOWN } from "./csv-text.ts";

function layoutOf(text: string, atEnd = true): Layout {
  return readLayout(encode(text, "utf-8"), "utf-8", atEnd, UNKNOWN);
}

function problemOf(head: Uint8Array | string, atEnd = true): FileProblem {
  try {
    readLayout(typeof head === "string" ? encode(head, "utf-8") : head, "utf-8", atEnd, UNKNOWN);
  } catch (problem) {
    expect(problem).toBeInstanceOf(FileProblem);
    return problem as FileProblem;
  }
  throw new Error("The layout has no problem");
}

describe("the header", () => {
  it.each([",", ";", "\t", "|"])("is read with %j between its cells", (delimiter) => {
    const text = ["email", "phone", "name"].join(delimiter);
    expect(layoutOf(`${text}\na@b.co${delimiter}1${delimiter}Ana\n`)).toEqual({
      delimiter,
      quote: '"',
      header: ["email", "phone", "name"],
      headerLine: 1,
      endLine: null,
      sample: [["a@b.co", "1", "Ana"]],
      dataOffset: 17,
      dataLine: 2,
    });
  });

  it.each(["\n", "\r\n", "\r"])("ends at %j", (newline) => {
    const { header, dataOffset } = layoutOf(`email,name${newline}a@b.co,Ana${newline}`);
    expect(header).toEqual(["email", "name"]);
    expect(dataOffset).toBe(10 + newline.length);
  });

  it.each(ENCODINGS)("is found in %s, with and without a mark", (encoding) => {
    const body = encode("correo;año\n", encoding);
    expect(readLayout(body, encoding, true, UNKNOWN)).toMatchObject({
      header: ["correo", "año"],
      dataOffset: body.length,
    });
    if (encoding !== "windows-1252") {
      const marked = encode("\uFEFFcorreo;año\n", encoding);
      expect(readLayout(marked, encoding, true, UNKNOWN)).toMatchObject({
        header: ["correo", "año"],
        dataOffset: marked.length,
      });
    }
  });

  it("has its cells trimmed, and may hold newlines, quotes and delimiters", () => {
    expect(layoutOf('" email ","first\nname" , "x","say ""hi"", all"\r\n1')).toMatchObject({
      header: ["email", "first\nname", "x", 'say "hi", all'],
      dataOffset: 48,
      dataLine: 3,
    });
  });

  it("may have names that objects have too", () => {
    expect(layoutOf("__proto__,constructor,email\n").header).toEqual(["__proto__", "constructor", "email"]);
  });

  it("may have 500 columns", () => {
    const names = Array.from({ length: 500 }, (_, i) => `column ${i}`);
    expect(layoutOf(`${names.join(";")}\n`).header).toEqual(names);
  });

  it("comes after blank lines", () => {
    expect(layoutOf("\n  \r\n;;;\nemail;name\na@b.co;Ana\n")).toMatchObject({
      delimiter: ";",
      header: ["email", "name"],
      dataOffset: 20,
      dataLine: 5,
    });
  });

  it.each([
    ["sep=;\r\n", ";", 7],
    ["\uFEFFsep=;\n", ";", 9],
    ['"sep=|"\n', "|", 8],
    ["SEP=\t\n", "\t", 6],
    ["sep=,\n", ",", 6],
  ])("comes after %j, which names the delimiter", (line, delimiter, dataOffset) => {
    const layout = layoutOf(`${line}a,b;c|d\te\n`);
    expect(layout).toMatchObject({
      delimiter,
      header: "a,b;c|d\te".split(delimiter),
      dataOffset: dataOffset + 10,
      dataLine: 3,
    });
  });

  it("is detected after a sep= line with a delimiter that is none", () => {
    expect(layoutOf("sep=:\na;b\n1;2\n")).toMatchObject({ delimiter: ";", header: ["a", "b"] });
  });
});

describe("the delimiter", () => {
  it.each([
    ["one column", "email\na@b.co\nc@d.co\n", ","],
    ["one column without records", "email", ","],
    ["one column of cells with commas and semicolons", "notes\na, b; c\nd, e; f\n", "\t"],
    ["decimal commas", "email;price\na@b.co;1,5\nc@d.co;2,5\n", ";"],
    ["a header cell with a comma", "email;Name, first;age\na@b.co;Ana;5\nc@d.co;Bo;6\n", ";"],
    ["a header with as many commas", "email;Name, first\na@b.co;Ana\nc@d.co;Bo\n", ";"],
    ["delimiters inside quotes", '"a;b;c;d",e\n"1;2;3;4",5\n', ","],
    ["cells of several lines", 'a|b\n"1,\n2,\n3",4|x\n"5,5\n",6|y\n', "|"],
    ["records that leave off empty cells", "a,b,c|d\n1\n2,3\n4,5,6|7\n", ","],
    ["a header alone: the more columns", "a,b;c;d", ";"],
  ])("is right for %s", (_, text, delimiter) => {
    expect(layoutOf(text).delimiter).toBe(delimiter);
  });

  it("is told from a head that stops within a record", () => {
    expect(layoutOf('a;b\n1;2\n3;"4,4,4', false)).toMatchObject({ delimiter: ";", dataOffset: 4 });
  });
});

describe("a file that cannot be read", () => {
  it.each(["", "\n", " \r\n\t\r\n", ",,,\n;;;\n", "sep=;\n", "\uFEFF"])("is empty: %j", (text) => {
    expect(problemOf(text).code).toBe("empty_file");
  });

  it.each([
    ["an old Excel workbook (.xls)", [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]],
    ["a PDF", [0x25, 0x50, 0x44, 0x46, 0x2d, 0x31]],
    ["an image", [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
    ["an image", [0xff, 0xd8, 0xff, 0xe0]],
    ["control characters", [0x61, 0x2c, 0x00, 0x62, 0x01, 0x02, 0x0a]],
  ])("is binary, and is called by its name: %s", (name, bytes) => {
    const problem = problemOf(Uint8Array.from(bytes));
    expect(problem.code).toBe("binary_file");
    expect(problem.message).toContain(name);
    expect(problem.message).toMatch(/CSV UTF-8|Unpack/);
  });

  it.each([
    ["a web page", "\n<!DOCTYPE html><html>"],
    ["a web page", "\uFEFF<html lang='es'>"],
    ["XML", '<?xml version="1.0"?>'],
    ["JSON", '[{"email": "a@b.co"}]'],
    ["JSON", '{\n  "email": "a@b.co"}'],
    ["a web page", "<meta charset='utf-8'>\n<table><tr><td>email</td></tr></table>"],
    ["a web page", "<!-- export -->\n<table><tr><td>email</td></tr></table>"],
    ["a web page", "MIME-Version: 1.0\nContent-Type: multipart/related\n\nemail,name\n"],
    ["a SYLK table", 'ID;PWXL;N;E\nC;Y1;X1;K"email"\nC;Y2;X1;K"a@b.co"\nE\n'],
    ["a DIF table", 'TABLE\n0,1\n"EXCEL"\nVECTORS\n0,2\n""\n'],
  ])("is no table but %s", (name, text) => {
    const problem = problemOf(text);
    expect(problem.code).toBe("not_a_table");
    expect(problem.message).toContain(name);
  });

  it.each(['email,"name\na@b.co,Ana\n', 'email;"name\na@b.co;Ana\n', '"email', 'email\t"x""\n'])(
    "has a header whose quote never closes: %j",
    (text) => {
      expect(problemOf(text).code).toBe("unclosed_quote");
    },
  );

  it("has a header that is no line", () => {
    expect(problemOf("x".repeat(1 << 20), false).code).toBe("header_too_long");
    expect(problemOf(`${"x,".repeat(40_000)}\n1,2\n`).code).toBe("header_too_long");
    expect(problemOf(`email,"${"x".repeat(1 << 20)}`, false).code).toBe("unclosed_quote");
  });

  it("is no UTF-16 without its first character", () => {
    expect(() => readLayout(joinBytes([0xff, 0xfe]), "utf-16le", true, UNKNOWN)).toThrow(
      expect.objectContaining({ code: "empty_file" }),
    );
  });
});
