import { env } from "cloudflare:test";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { importedFrom } from "./imported.ts";
import { zipOf } from "./packed.ts";

const CSV = "email,name\nana@example.com,Ana Díaz\nluis@example.com,Luis\n";
const LINES = '{"email":"ana@example.com"}\n{"email":"luis@example.com"}\n';

describe("a packed file", () => {
  it.each([
    ["gzip", gzipSync(CSV), "gzip"],
    ["gzip of two members", Buffer.concat([gzipSync(CSV.slice(0, 20)), gzipSync(CSV.slice(20))]), "gzip"],
    ["gzip of UTF-16", gzipSync(Buffer.from(`\ufeff${CSV}`, "utf16le")), "gzip"],
    ["gzip of NDJSON", gzipSync(LINES), "gzip"],
    ["ZIP", zipOf([{ name: "leads.csv", content: CSV }]), "zip"],
    [
      "stored ZIP with a comment",
      zipOf([{ name: "a/leads.csv", content: CSV, stored: true }], "hello"),
      "zip",
    ],
    [
      "ZIP of a Mac",
      zipOf([
        { name: "leads.csv", content: CSV },
        { name: "__MACOSX/._leads.csv", content: "x" },
      ]),
      "zip",
    ],
    ["ZIP of gzip", zipOf([{ name: "leads.csv.gz", content: gzipSync(CSV) }]), "zip"],
    ["ZIP of NDJSON", zipOf([{ name: "leads.ndjson", content: LINES }]), "zip"],
  ])("is imported: %s", async (_, file, kind) => {
    const { row, leads, code } = await importedFrom(new Uint8Array(file));
    expect(row.failure_detail).toBeNull();
    expect(leads.map(({ email }) => email)).toEqual(["ana@example.com", "luis@example.com"]);
    expect(row).toMatchObject({ status: 2, file_bytes: file.length, encoding_confidence: "certain" });
    expect(JSON.parse(String(row.unpacked)).layers[0]).toBe(kind);
    expect((await env.FILES.list({ prefix: `imports/${code}/` })).objects).toEqual([]);
  });

  it("keeps the encoding that was found in it, or that its sender said", async () => {
    const latin = gzipSync(Buffer.from("email,nombre\nana@example.com,José Muñoz Peña\n", "latin1"));
    const { row, leads } = await importedFrom(new Uint8Array(latin), { encoding: "windows-1252" });
    expect(row.encoding).toBe("windows-1252");
    expect(leads).toMatchObject([{ first_name: "José" }]);
  });

  const cut = gzipSync(CSV.repeat(100)).subarray(0, -9);
  const flipped = zipOf([{ name: "leads.csv", content: CSV, stored: true }]);
  flipped[60] = (flipped[60] ?? 0) ^ 1;
  it.each([
    ["a gzip file that was cut off", cut, "damaged_archive", /cut off/],
    ["a ZIP archive with a flipped bit", flipped, "damaged_archive", /damaged/],
    [
      "a ZIP archive without its end",
      zipOf([{ name: "a.csv", content: CSV }]).subarray(0, -30),
      "damaged_archive",
      /damaged/,
    ],
    ["an empty ZIP archive", zipOf([]), "empty_file", /no file in it/],
    [
      "a ZIP archive of several files",
      zipOf([
        { name: "a.csv", content: CSV },
        { name: "b.csv", content: CSV },
      ]),
      "several_files",
      /“a\.csv”, “b\.csv”/,
    ],
    [
      "a ZIP archive with a password",
      zipOf([{ name: "a.csv", content: CSV, encrypted: true }]),
      "encrypted_file",
      /password/,
    ],
    [
      "a ZIP archive in another",
      zipOf([{ name: "a.csv", content: zipOf([{ name: "a.csv", content: CSV }]) }]),
      "nested_archive",
      /Unpack/,
    ],
    ["gzip in gzip", gzipSync(gzipSync(CSV)), "nested_archive", /Unpack/],
    [
      "an .ods",
      zipOf([
        { name: "mimetype", content: "x", stored: true },
        { name: "content.xml", content: "<x/>" },
      ]),
      "binary_file",
      /OpenDocument/,
    ],
    [
      "an .xlsb",
      zipOf([
        { name: "[Content_Types].xml", content: "<x/>" },
        { name: "xl/workbook.bin", content: "x" },
      ]),
      "binary_file",
      /xlsb/,
    ],
    [
      "an image in gzip",
      gzipSync(Buffer.from("\x89PNG\r\n\x1a\n\0\0\0\0", "latin1")),
      "binary_file",
      /an image/,
    ],
    [
      "a tar archive in gzip",
      gzipSync(Buffer.concat([Buffer.alloc(257, 97), Buffer.from("ustar"), Buffer.alloc(250)])),
      "binary_file",
      /tar/,
    ],
    ["a bomb of gzip", gzipSync(Buffer.alloc(40 * 1024 * 1024, 44)), "archive_too_large", /Split/],
    [
      "a bomb of ZIP",
      zipOf([{ name: "a.csv", content: Buffer.alloc(40 * 1024 * 1024, 44) }]),
      "archive_too_large",
      /Split/,
    ],
    [
      "a ZIP archive that lies about sizes",
      zipOf([{ name: "a.csv", content: CSV, saysBytes: 10 }]),
      "damaged_archive",
      /damaged/,
    ],
    [
      "one that says it is huge",
      zipOf([{ name: "a.csv", content: CSV, saysBytes: 3e9 }]),
      "archive_too_large",
      /Split/,
    ],
  ])("is refused with what to do: %s", async (_, file, code, reason) => {
    const { row, leads } = await importedFrom(new Uint8Array(file));
    expect(row).toMatchObject({ status: 4, failure_code: code });
    expect(row.failure_detail).toMatch(reason);
    expect(leads).toEqual([]);
  });
});
