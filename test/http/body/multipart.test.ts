import { describe, expect, test } from "vitest";
import { AppError } from "../../../src/errors.ts";
import { readForm } from "../../../src/http/body/multipart.ts";
import { FORM_TYPE, formBytes } from "../../harness/form.ts";
import { costOf } from "../../harness/runtime/cost.ts";

type Seen = { name: string; value: string } | { name: string; fileName: string; content: string };

async function read(pieces: Uint8Array[], type = FORM_TYPE): Promise<Seen[]> {
  const queue = [...pieces];
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const next = queue.shift();
      if (next) controller.enqueue(next.slice());
      else controller.close();
    },
  });
  const request = new Request("https://api.test", {
    method: "POST",
    body,
    headers: { "Content-Type": type },
  });
  const seen: Seen[] = [];
  const decoder = new TextDecoder("latin1");
  for await (const part of readForm(request)) {
    const last = seen.at(-1);
    if (part.kind === "field") seen.push({ name: part.name, value: part.value });
    else if (part.kind === "file") seen.push({ name: part.name, fileName: part.fileName, content: "" });
    else if (last && "content" in last) last.content += decoder.decode(part.bytes);
  }
  return seen;
}

const bytes = (text: string) => new TextEncoder().encode(text);

describe("a form is the same wherever the network cuts it", () => {
  const file = "a\r\n--\r\n------leadsy-boundar\r\n\r\n\r--\nb";
  const form = formBytes([
    { name: "source", value: "Fería 🎪" },
    { name: "empty", value: "" },
    { name: "file", fileName: "日本 🎉.csv", value: file, headers: ["Content-Type: text/csv"] },
    { name: "last", value: "x", headers: ["X-Other: 1"] },
  ]);
  const wanted = [
    { name: "source", value: "Fería 🎪" },
    { name: "empty", value: "" },
    { name: "file", fileName: "日本 🎉.csv", content: file },
    { name: "last", value: "x" },
  ];

  test("in two, at every byte", async () => {
    for (let at = 0; at <= form.length; at++) {
      expect(await read([form.subarray(0, at), form.subarray(at)]), `cut at ${at}`).toEqual(wanted);
    }
  });

  test.each([1, 2, 3, 5, 8, 13, 21, 34])("in pieces of %d bytes", async (size) => {
    const pieces = [];
    for (let at = 0; at < form.length; at += size) pieces.push(form.subarray(at, at + size));
    expect(await read(pieces)).toEqual(wanted);
  });

  test("and ends nowhere but at its end", async () => {
    const end = form.length - "--\r\n".length;
    for (let at = 0; at < end + 2; at++) {
      await expect(read([form.subarray(0, at)]), `cut off at ${at}`).rejects.toThrow(AppError);
    }
  });
});

test.each([
  [
    "a preamble and an epilogue",
    "Hello\r\n--b\r\nContent-Disposition: form-data; name=x\r\n\r\n1\r\n--b--\r\nbye",
    "b",
  ],
  ["a quoted boundary", '--a b\r\nContent-Disposition: form-data; name="x"\r\n\r\n1\r\n--a b--', '"a b"'],
  ["headers in another case", "--b\r\ncontent-disposition:FORM-DATA;NAME=x\r\n\r\n1\r\n--b--", "b"],
])("takes %s", async (_, body, boundary) => {
  expect(await read([bytes(body)], `multipart/form-data; boundary=${boundary}`)).toEqual([
    { name: "x", value: "1" },
  ]);
});

test.each([
  ['filename="a;b=\\"c\\".csv"', 'a;b="c".csv'],
  ['filename="%22a%22.csv"', '"a".csv'],
  ['filename="C:\\leads\\new.csv"', "C:\\leads\\new.csv"],
  ["filename=plain.csv", "plain.csv"],
  ['filename=""', ""],
  ["filename*=UTF-8''A%C3%B1o.csv", "Año.csv"],
  ["filename=\"A_o.csv\"; filename*=utf-8'es'A%C3%B1o.csv", "Año.csv"],
  ["filename=\"a.csv\"; filename*=UTF-8''%E0%A4%A", "a.csv"],
])("reads the name of a file in %s", async (parameter, fileName) => {
  const body = `--b\r\nContent-Disposition: form-data; name="file"; ${parameter}\r\n\r\n1\r\n--b--\r\n`;
  expect(await read([bytes(body)], "multipart/form-data; boundary=b")).toEqual([
    { name: "file", fileName, content: "1" },
  ]);
});

test.each([
  ["no boundary in the type", "--b\r\n", "multipart/form-data"],
  ["an empty boundary", "--\r\n", 'multipart/form-data; boundary=""'],
  ["a boundary that is too long", "x", `multipart/form-data; boundary=${"b".repeat(71)}`],
  ["a part without headers", "--b\r\n\r\n1\r\n--b--", "multipart/form-data; boundary=b"],
  ["a header that is none", "--b\r\nhello\r\n\r\n1\r\n--b--", "multipart/form-data; boundary=b"],
  [
    "spaces after the boundary, which only mail adds",
    "--b \t\r\nContent-Disposition: form-data; name=x\r\n\r\n1\r\n--b--",
    "multipart/form-data; boundary=b",
  ],
  [
    "a part that ends in its headers",
    "--b\r\nContent-Disposition: form-data; name=x\r\n--b\r\nContent-Disposition: form-data; name=y\r\n\r\n1\r\n--b--",
    "multipart/form-data; boundary=b",
  ],
  [
    "two dispositions",
    "--b\r\nContent-Disposition: form-data; name=x\r\nContent-Disposition: form-data; name=y\r\n\r\n1\r\n--b--",
    "multipart/form-data; boundary=b",
  ],
  [
    "headers that are too long",
    `--b\r\nContent-Disposition: form-data; name=x\r\nA: ${"x".repeat(16 * 1024)}\r\n\r\n1\r\n--b--`,
    "multipart/form-data; boundary=b",
  ],
  [
    "a field that is too long",
    `--b\r\nContent-Disposition: form-data; name=x\r\n\r\n${"x".repeat(64 * 1024 + 1)}\r\n--b--`,
    "multipart/form-data; boundary=b",
  ],
  [
    "too many parts",
    `${"--b\r\nContent-Disposition: form-data; name=x\r\n\r\n1\r\n".repeat(21)}--b--`,
    "multipart/form-data; boundary=b",
  ],
  ["a flood of parts", `${"--b\r\n\r\n\r\n".repeat(100_000)}--b--`, "multipart/form-data; boundary=b"],
  ["a preamble without an end", "x".repeat(3 * 1024 * 1024), "multipart/form-data; boundary=b"],
  [
    "an epilogue without an end",
    `--b\r\nContent-Disposition: form-data; name=x\r\n\r\n1\r\n--b--${"x".repeat(3 * 1024 * 1024)}`,
    "multipart/form-data; boundary=b",
  ],
  ["a boundary that goes on", "--bc\r\nA: b\r\n\r\n1\r\n--b--", "multipart/form-data; boundary=b"],
  [
    "another disposition",
    "--b\r\nContent-Disposition: attachment; name=x\r\n\r\n1\r\n--b--",
    "multipart/form-data; boundary=b",
  ],
  ["headers without an end", `--b\r\nA: ${"x".repeat(20_000)}`, "multipart/form-data; boundary=b"],
])("refuses %s", async (_, body, type) => {
  await expect(read([bytes(body)], type)).rejects.toMatchObject({ code: "malformed_multipart" });
});

describe("a hostile part costs no more than another of its size", () => {
  const type = "multipart/form-data; boundary=b";
  const partOf = (disposition: string) =>
    bytes(`--b\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n1\r\n--b--\r\n`);
  /** Expects that a body costs less than so many milliseconds. */
  const expectCheap = async (most: number, body: Uint8Array) => {
    const cost = await costOf(most, () =>
      read([body], type).catch((error) => expect(error).toBeInstanceOf(AppError)),
    );
    expect(cost).toBeLessThan(most);
  };

  test.each([32, 40, 64, 500, 4000])("%d backslashes in a quoted name that does not close", async (count) => {
    await expectCheap(5, partOf(`name="${"\\".repeat(count)}`));
  });

  test.each([
    ["backslashes", "\\"],
    ["escaped quotes", '\\"'],
    ["spaces", " "],
    ["semicolons", ";"],
    ["parameters", ";a="],
    ["percent signs", "%22"],
    ["apostrophes", "'"],
  ])("a header of 64 KB of %s", async (_, piece) => {
    for (const start of ['name="', "name=", 'name=x; filename="', "name=x; filename*=utf-8'", ""]) {
      const body = partOf(start + piece.repeat(64_000 / piece.length));
      await expectCheap(20, body);
      await expectCheap(5, partOf(start + piece.repeat(15_000 / piece.length)));
    }
  });

  test("a file of what is nearly the boundary, over and over", async () => {
    const boundary = "-".repeat(70);
    const file = `\r\n--${boundary.slice(1)}`.repeat(14_000);
    const body = bytes(
      `--${boundary}\r\nContent-Disposition: form-data; name=f; filename=f\r\n\r\n${file}\r\n--${boundary}--`,
    );
    expect(body.length).toBeGreaterThan(1_000_000);
    const cost = await costOf(50, async () => {
      expect(await read([body], `multipart/form-data; boundary=${boundary}`)).toHaveLength(1);
    });
    expect(cost).toBeLessThan(50);
  });
});

test("a large file is asked for no faster than it is taken", async () => {
  const pieceBytes = 64 * 1024;
  const pieces = 160;
  const [head = "", tail = ""] = new TextDecoder()
    .decode(formBytes([{ name: "file", fileName: "large.csv", value: "@" }]))
    .split("@");
  let asked = 0;
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (asked === 0) controller.enqueue(bytes(head));
        else if (asked <= pieces) controller.enqueue(new Uint8Array(pieceBytes).fill(0x0d));
        else controller.enqueue(bytes(tail));
        if (asked++ > pieces) controller.close();
      },
    },
    { highWaterMark: 0 },
  );
  const request = new Request("https://api.test", {
    method: "POST",
    body,
    headers: { "Content-Type": FORM_TYPE },
  });
  let taken = 0;
  let furthest = 0;
  for await (const part of readForm(request)) {
    if (part.kind !== "bytes") continue;
    taken += part.bytes.length;
    // Long enough for whatever would read on by itself.
    if (taken < 8 * pieceBytes) await new Promise((resolve) => setTimeout(resolve, 5));
    furthest = Math.max(furthest, asked * pieceBytes - taken);
  }
  expect(taken).toBe(pieces * pieceBytes);
  expect(furthest).toBeLessThanOrEqual(3 * pieceBytes);
});
