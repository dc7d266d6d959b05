import { describe, expect, it } from "vitest";
import { randomOf } from "../../../fixtures/random.ts";
import { encode, readChunks } from "./csv-text.ts";

const options = { columns: 3, contacts: [1] };

/** The records of a text: their cells, or `null` where a quote does not close. */
async function read(text: string, more: Parameters<typeof readChunks>[1] = options) {
  const { chunks, problem } = await readChunks(encode(text, "utf-8"), more);
  expect(problem).toBeNull();
  return chunks.flatMap(({ records }) => records.map(({ cells, problem }) => (problem ? null : cells)));
}

const ANA = ["Ana", "ana@x.test", "ok"];
const MAX = ["Max", "max@x.test", "ok"];
const lines = (...records: string[]) => `${records.join("\n")}\n`;
const ana = "Ana,ana@x.test,ok";
const max = "Max,max@x.test,ok";

describe("a quote that does not close costs the record that it opens in, and no other", () => {
  it.each([
    [
      "where the next quote opens a cell",
      lines(ana, 'Eva,eva@x.test,"Puebla', 'Luz,luz@x.test,"Mérida"', max),
      [ANA, null, ["Luz", "luz@x.test", "Mérida"], MAX],
    ],
    [
      "where all cells are quoted",
      lines('"Ana","ana@x.test","ok"', '"Eva","eva@x.test","Puebla', '"Max","max@x.test","ok"'),
      [ANA, null, MAX],
    ],
    ["at the end of the file", lines(ana, 'Eva,eva@x.test,"Puebla', max, max), [ANA, null, MAX, MAX]],
    ["in the last line", `${lines(ana)}Eva,eva@x.test,"Puebla`, [ANA, null]],
    [
      "where two of them would make one cell of three people",
      lines(ana, 'Eva,eva@x.test,"Puebla', max, 'Luz,luz@x.test,Toluca"', max),
      [ANA, null, MAX, ["Luz", "luz@x.test", 'Toluca"'], MAX],
    ],
    [
      "where text follows a quote at the end of a line",
      lines(ana, 'Eva,eva@x.test,"dice: "hola', max, 'Zoe,zoe@x.test,"sí, llamar"', max),
      [ANA, null, MAX, ["Zoe", "zoe@x.test", "sí, llamar"], MAX],
    ],
  ])("%s", async (_, text, records) => {
    expect(await read(text)).toEqual(records);
    for (let readBytes = 1; readBytes < 40; readBytes += 3) {
      expect(await read(text, { ...options, limits: { readBytes, records: 2 } })).toEqual(records);
    }
  });

  it("and is not looked for beyond what a record may be long", async () => {
    const text = lines('Eva,eva@x.test,"Puebla', ...Array.from({ length: 60 }, () => max));
    const records = await read(text, { ...options, limits: { recordBytes: 400 } });
    expect(records).toEqual([null, ...Array.from({ length: 60 }, () => MAX)]);
  });
});

describe("what is likely is read", () => {
  it.each([
    [
      "notes of several lines, with a comma and an address in them",
      'Eva,eva@x.test,"Call her, or\nwrite to luz@x.test, soon\nand wait"',
      ["Eva", "eva@x.test", "Call her, or\nwrite to luz@x.test, soon\nand wait"],
    ],
    ["quotes within a quoted cell", 'Eva,eva@x.test,"a 12" screen"', ["Eva", "eva@x.test", 'a 12" screen']],
    [
      "inches in a cell whose quote does not close",
      '"a 5" screen",eva@x.test,x',
      ['a 5" screen', "eva@x.test", "x"],
    ],
    ["inches, and no closing quote", '"a 5" screen,eva@x.test,x', ['a 5" screen', "eva@x.test", "x"]],
    ["text after a quoted part", '"Mid"dle,eva@x.test,x', ["Middle", "eva@x.test", "x"]],
    [
      "escapes by a backslash",
      '"Ana \\"La Güera\\" Díaz","eva@x.test","dijo \\"sí\\""',
      ['Ana "La Güera" Díaz', "eva@x.test", 'dijo "sí"'],
    ],
    ["a backslash at the end of a cell", '"Eva","eva@x.test","C:\\"', ["Eva", "eva@x.test", "C:\\"]],
    ["a space before a quote", 'Eva, "eva@x.test", "one, two"', ["Eva", "eva@x.test", "one, two"]],
    [
      "a space before a quote that is none",
      'Eva,eva@x.test, "El Güero" y "La Güera',
      ["Eva", "eva@x.test", ' "El Güero" y "La Güera'],
    ],
    ["a line that is quoted as a whole", '"Eva,eva@x.test,""one, two"""', ["Eva", "eva@x.test", "one, two"]],
  ])("%s", async (_, line, cells) => {
    expect(await read(lines(ana, line, max))).toEqual([ANA, cells, MAX]);
  });

  it("with a doubt where a cell goes on after its quote", async () => {
    const text = lines(ana, 'Eva,"eva@x.test" or,x', '"a 5" screen,eva@x.test,x', max);
    const { chunks } = await readChunks(encode(text, "utf-8"), options);
    expect(chunks.flatMap(({ records }) => records.map(({ doubt }) => doubt))).toEqual([
      undefined,
      { code: "quotes_in_doubt", cell: 1 },
      { code: "quotes_in_doubt", cell: 0 },
      undefined,
    ]);
  });

  it("single quotes around cells, where the file has no other", async () => {
    const text = lines("'Ana','ana@x.test','it''s, ok'", "'Max','max@x.test','ok'");
    expect(await read(text, { ...options, quote: "'" })).toEqual([["Ana", "ana@x.test", "it's, ok"], MAX]);
  });

  it("lines of UTF-8 in a file of another encoding, each by itself", async () => {
    const latin = encode("José,jose@x.test,é\n", "windows-1252");
    const utf8 = encode("Íñigo,inigo@x.test,é\n", "utf-8");
    const file = Uint8Array.from([...latin, ...utf8, ...latin]);
    const { chunks } = await readChunks(file, { ...options, encoding: "windows-1252" });
    expect(chunks.flatMap(({ records }) => records.map(({ cells }) => cells[0]))).toEqual([
      "José",
      "Íñigo",
      "José",
    ]);
  });
});

it("knows the line that each record begins at", async () => {
  const text = 'Ana,ana@x.test,"one\ntwo"\n\n,,\nEva,eva@x.test,"open\nMax,max@x.test,ok\n';
  const { chunks } = await readChunks(encode(text, "utf-8"), options);
  expect(chunks.flatMap(({ records }) => records.map(({ line }) => line))).toEqual([1, 5, 6]);
});

/** Accidents with quotes, each to one line of a file. */
const ACCIDENTS: ((cells: string[]) => string)[] = [
  ([name, email, note]) => `${name},${email},"${note}`,
  ([name, email, note]) => `"${name},${email},${note}`,
  ([name, email, note]) => `"${name}","${email}","${note}`,
  ([name, email, note]) => `${name},${email},${note}"`,
  ([name, email, note]) => `${name},${email},"${note}" y "más`,
  ([name, email, note]) => `${name},"${email},${note}`,
];

it("loses nobody in silence over 300 files with accidents", async () => {
  let lost = 0;
  let rejected = 0;
  for (let seed = 1; seed <= 300; seed++) {
    const random = randomOf(seed, 0);
    const below = (limit: number) => Math.floor(random() * limit);
    const quoting = below(3);
    const people = Array.from({ length: 10 + below(40) }, (_, n) => [`P${n}`, `p${n}@x.test`, `note ${n}`]);
    const accidents = new Set(Array.from({ length: 1 + below(4) }, () => below(people.length)));
    const text = people.map((cells, n) => {
      if (accidents.has(n)) return ACCIDENTS[below(ACCIDENTS.length)]?.(cells) ?? "";
      if (quoting === 0) return cells.join(",");
      if (quoting === 1) return cells.map((cell) => `"${cell}"`).join(",");
      return [...cells.slice(0, 2), `"${cells[2]}${below(4) === 0 ? "\nmore, of it" : ""}"`].join(",");
    });
    const { chunks } = await readChunks(encode(`${text.join("\n")}\n`, "utf-8"), {
      ...options,
      limits: { readBytes: 1 + below(300), records: 1 + below(20) },
    });
    const records = chunks.flatMap((chunk) => chunk.records);
    for (const [n, [name, email]] of people.entries()) {
      const own = records.find(
        ({ cells }) => cells[0]?.includes(name ?? "") && cells.join().includes(`${name},`),
      );
      if (accidents.has(n)) {
        rejected += own?.problem ? 1 : 0;
        continue;
      }
      const readRecord = records.find(
        ({ cells, problem }) => !problem && cells[0] === name && cells[1] === email,
      );
      if (readRecord?.cells.length !== 3) lost += 1;
    }
    const others = records.filter(({ cells, problem }) => !problem && (cells[2] ?? "").includes("@"));
    lost += others.length;
  }
  expect(lost).toBe(0);
  expect(rejected).toBeGreaterThan(100);
});
