import { env } from "cloudflare:test";
import { afterAll, describe, expect, test } from "vitest";
import { verifyAccessToken } from "../../src/auth/tokens/tokens.ts";
import { kindOfImage } from "../../src/avatars/image/image.ts";
import { openDatabases } from "../../src/db/clients.ts";
import { entityTag, matchesETag } from "../../src/http/answer/entity-tag.ts";
import { parseJson } from "../../src/http/body/body.ts";
import { readForm } from "../../src/http/body/multipart.ts";
import { readCursor } from "../../src/http/lists/cursor.ts";
import { EmailInput, lineOfText, PhoneInput } from "../../src/http/validation/fields.ts";
import { validBody } from "../../src/http/validation/validate.ts";
import { cleanRecord } from "../../src/imports/cleaning/clean-record.ts";
import { tagTexts } from "../../src/imports/cleaning/values/tag-texts.ts";
import { headerMeaning } from "../../src/imports/columns/header-names.ts";
import { matchColumns } from "../../src/imports/columns/match-columns.ts";
import { knownColumns } from "../../src/imports/columns/plan-reading.ts";
import { csvRecords } from "../../src/imports/readers/csv/csv-reader.ts";
import { PLAIN } from "../../src/imports/readers/csv/dialect.ts";
import { readLayout } from "../../src/imports/readers/csv/layout.ts";
import { probeEncoding } from "../../src/imports/readers/encodings/probe-encoding.ts";
import { CHUNK_LIMITS, readRecords } from "../../src/imports/readers/records.ts";
import { UploadFields } from "../../src/imports/upload/upload-fields.ts";
import type { Question } from "../../src/leads/lead-record.ts";
import { leadsQuery } from "../../src/leads/list/list-schemas.ts";
import { matchOf } from "../../src/leads/list/search/match.ts";
import { readAnswer } from "../../src/leads/normalize/answers.ts";
import { cleanCell } from "../../src/leads/normalize/clean-cell.ts";
import { readCountry } from "../../src/leads/normalize/countries/read-country.ts";
import { emailSlip, readEmail } from "../../src/leads/normalize/email.ts";
import { readPhone } from "../../src/leads/normalize/phone/read-phone.ts";
import { shorten } from "../../src/leads/normalize/shorten.ts";
import { OptionsBody } from "../../src/questions/schemas.ts";
import { escapeCell } from "../../src/text/spreadsheet-escape.ts";
import { costOf } from "../harness/runtime/cost.ts";
import { howMany } from "../harness/runtime/how-many.ts";
import { FILE_READERS, WORKBOOKS } from "./file-readers.ts";
import { PIECES } from "./pieces.ts";

/**
 * What reads input, with the worst that it may be given: its largest size, of every piece in pieces.ts over and over. No
 * request has a limit of CPU time of its own (`cpu_ms` is one for the consumer, too), so that this is what keeps
 * one from holding up all others.
 */

/** On a machine that does nothing else it is a fifth of this, and less. */
const MOST_MS = 50;

const KIB = 1024;
const CELL = 256 * KIB;
const HEADER = 16 * KIB;
/** As much of a text as has so many bytes. */
const bytesUpTo = (text: string, most: number) => {
  const bytes = new Uint8Array(most);
  return bytes.subarray(0, new TextEncoder().encodeInto(text, bytes).written);
};
const cut = (text: string, most: number) => new TextDecoder().decode(bytesUpTo(text, most));
const question = (kind: Question["kind"]): Question => ({
  id: 1,
  key: "q",
  kind,
  options: Array.from({ length: 200 }, (_, index) => ({
    label: `Opción ${index}`,
    value: `o${index}`,
    archived: false,
  })),
});
const choice = question("multiple_choice");
const columns = matchColumns(["email", "phone", "nombre", "notes"], null, []);
const context = { columns, country: "MX", stages: [] };
const formOf = (head: string, body: string) =>
  new Request("https://api.test", {
    method: "POST",
    headers: { "Content-Type": "multipart/form-data; boundary=b" },
    body: `--b\r\nContent-Disposition: form-data; ${head}\r\n\r\n${body}\r\n--b--`,
  });
const readWhole = async (request: Request) => {
  for await (const _ of readForm(request));
};
const readAll = async (bytes: Uint8Array) => {
  const read = async (offset: number, length: number) => bytes.subarray(offset, offset + length);
  const from = { offset: 0, record: 1, line: 1 };
  for await (const _ of readRecords(
    read,
    bytes.length,
    from,
    csvRecords({ ...PLAIN, encoding: "utf-8", delimiter: ",", columns: 3, contacts: [0] }),
    CHUNK_LIMITS,
  ));
};
const encodingOf = (bytes: Uint8Array) => {
  const probe = probeEncoding();
  probe.push(bytes);
  return probe.result();
};

/** What a sender says of a layout who says nothing. */
const UNKNOWN_LAYOUT = {
  delimiter: null,
  headerLine: null,
  findKnown: knownColumns(null),
};

/** What reads input, the most that it is given, in UTF-16 units or bytes, and what gives it. */
const READERS: [name: string, most: number, read: (text: string) => unknown][] = [
  ["the headers of a part", 64 * KIB, (text) => readWhole(formOf(`name="${text}`, "1"))],
  ["the name of a file", HEADER, (text) => readWhole(formOf(`name=f; filename*=UTF-8''${text}`, "1"))],
  ["a file in a form", 1024 * KIB, (text) => readWhole(formOf("name=f; filename=f", cut(text, 1024 * KIB)))],
  ["a boundary", HEADER, (text) => readWhole(withType(`multipart/form-data; boundary=${asHeader(text)}`))],
  [
    "a JSON body",
    1024 * KIB,
    (text) =>
      validBody(
        OptionsBody,
        parseJson(bytesUpTo(`{"questions":${text}`, 1024 * KIB).slice().buffer as ArrayBuffer),
      ),
  ],
  ["a text in a body", 1024 * KIB, (text) => validBody(OptionsBody, { questions: text })],
  ["an e-mail address in a body", 1024 * KIB, (text) => EmailInput.safeParse(text)],
  ["a phone in a body", 1024 * KIB, (text) => PhoneInput.safeParse(text)],
  ["a line of text in a body", 1024 * KIB, (text) => lineOfText().safeParse(text)],
  ["a mapping", 64 * KIB, (text) => UploadFields.safeParse({ company_id: "1", mapping: text })],
  [
    "the names in a mapping",
    10 * KIB,
    (text) => UploadFields.safeParse({ company_id: "1", mapping: JSON.stringify({ [text]: text }) }),
  ],
  ["a filter of leads", HEADER, (text) => leadsQuery.schema.safeParse({ email_in: text, q: text })],
  [
    "the name of a filter",
    HEADER,
    (text) => leadsQuery.schema.safeParse({ [`custom_fields.${text}_in`]: text }),
  ],
  ["words that are looked for", 255, matchOf],
  ["a cursor", HEADER, (text) => readCursor([], text)],
  ["a bookmark", HEADER, (text) => openDatabases(env, { bookmark: text } as never)],
  ["a token", HEADER, (text) => verifyAccessToken(env, text, Date.now())],
  ["If-None-Match", HEADER, (text) => matchesETag(text, entityTag("{}"))],
  ["an image", 2048 * KIB, (text) => kindOfImage(imageOf(text), "file")],
  ["the encoding of a file", 1024 * KIB, (text) => encodingOf(bytesUpTo(text, 1024 * KIB))],
  [
    "the head of a file",
    256 * KIB,
    (text) => readLayout(bytesUpTo(text, 256 * KIB), "utf-8", true, UNKNOWN_LAYOUT),
  ],
  ["the records of a file", 1024 * KIB, (text) => readAll(bytesUpTo(text, 1024 * KIB))],
  [
    "the header of a file",
    64 * KIB,
    (text) =>
      matchColumns(
        [
          "email",
          ...cut(text, 64 * KIB)
            .split(",")
            .slice(0, 1000),
        ],
        null,
        [],
      ),
  ],
  ["the name of a column", 64 * KIB, (text) => headerMeaning(cut(text, 64 * KIB))],
  ["a cell", CELL, (text) => cleanCell(cut(text, CELL))],
  ["a record", CELL / 4, (text) => cleanRecord(Array(4).fill(cut(text, CELL / 4)), context, false)],
  ["an e-mail address in a file", 32_767, readEmail],
  ["what is wrong with one", 32_767, emailSlip],
  ["a phone in a file", 32_767, (text) => readPhone(text, { country: "MX" })],
  ["a country in a file", 32_767, readCountry],
  ["an answer of choices", 32_767, (text) => readAnswer(text, choice)],
  ["a number", 32_767, (text) => readAnswer(text, question("number"))],
  ["a date", 32_767, (text) => readAnswer(text, question("date"))],
  ["yes or no", 32_767, (text) => readAnswer(text, question("boolean"))],
  ["tags", CELL, (text) => tagTexts(cut(`"${text}`, CELL))],
  ["tags, one on a line", CELL, (text) => tagTexts(cut(`"${text.replaceAll(" ", "\n")}`, CELL))],
  ["a text in a message", CELL, (text) => shorten(text)],
  ["a cell that is written", CELL, escapeCell],
];

/** A header's value has no control characters and nothing beyond Latin-1. */
function asHeader(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, "x");
}

function withType(type: string): Request {
  return new Request("https://api.test", {
    method: "POST",
    headers: { "Content-Type": type },
    body: "--b--",
  });
}

function imageOf(text: string): Uint8Array {
  const bytes = bytesUpTo(text, 2048 * KIB);
  bytes.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return bytes;
}

/** What reading costs, whether it is taken or, as most of it, refused. */
function costOfReading(read: () => unknown, most = MOST_MS): Promise<number> {
  return costOf(most, async () => {
    try {
      await read();
    } catch {}
  });
}

describe("whatever input it is given, no parser takes long", () => {
  const table: string[] = [];
  // biome-ignore lint/suspicious/noConsole: the table is what this shows.
  afterAll(() => console.log(["Worst time of each, in milliseconds:", ...table].join("\n")));
  test.each([...READERS, ...FILE_READERS])("%s", async (name, most, read) => {
    let worst = { piece: "", time: 0 };
    for (const [at, piece] of PIECES.entries()) {
      const texts = [piece.repeat(most / piece.length), `a${piece.repeat(most / piece.length - 1)}\u0001!`];
      // By default a reader gets each piece in one of the two texts, and the next reader in the other.
      for (const text of howMany(0, 1) ? texts : texts.splice((at + table.length) % 2, 1)) {
        const time = await costOfReading(() => read(text));
        if (time > worst.time) worst = { piece, time };
      }
    }
    table.push(`${name.padEnd(30)} ${worst.time.toFixed(1).padStart(6)}  ${JSON.stringify(worst.piece)}`);
    expect(worst.time, `of ${JSON.stringify(worst.piece)}`).toBeLessThan(MOST_MS);
  });

  test.each(WORKBOOKS)("a workbook %s", async (name, most, read) => {
    const time = await costOfReading(read, most);
    table.push(`${`a workbook ${name}`.padEnd(30)} ${time.toFixed(1).padStart(6)}`);
    expect(time).toBeLessThan(most);
  });

  test("a wide header and a mapping of as many names", async () => {
    const header = [
      "email",
      ...Array.from({ length: 1023 }, (_, index) => `Columna ${"x".repeat(40)} ${index}`),
    ];
    const mapping = Object.fromEntries(
      header.slice(1).map((name, index) => [name.toUpperCase(), `custom_fields.${index}`]),
    );
    const time = await costOfReading(() => matchColumns(header, mapping, []));
    table.push(`${"1,024 columns and a mapping".padEnd(30)} ${time.toFixed(1).padStart(6)}`);
    expect(time).toBeLessThan(MOST_MS);
  });
});
