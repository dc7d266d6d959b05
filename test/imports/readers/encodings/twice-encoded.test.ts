import { describe, expect, it, test } from "vitest";
import { decode, type Encoding } from "../../../../src/imports/readers/encodings/encodings.ts";
import { probeEncoding } from "../../../../src/imports/readers/encodings/probe-encoding.ts";
import {
  isTwiceEncoded,
  repairTwiceEncoded,
} from "../../../../src/imports/readers/encodings/repair/twice-encoded.ts";
import { upload, waitForImport } from "../../../harness/api.ts";
import { createCompany, createUser } from "../../../harness/factories.ts";
import { encode, joinBytes } from "../csv/csv-text.ts";

const MISREAD_AS: Encoding[] = ["windows-1252", "macintosh", "ibm850", "ibm437"];

/** A text whose UTF-8 was read as another encoding, so many times. */
function misread(text: string, encoding: Encoding, times = 1): string {
  if (times === 0) return text;
  return misread(decode(encode(text, "utf-8"), encoding).text, encoding, times - 1);
}

function probe(text: string, step = 7) {
  const prober = probeEncoding();
  const bytes = encode(text, "utf-8");
  for (let at = 0; at < bytes.length; at += step) prober.push(bytes.subarray(at, at + step));
  return prober.result();
}

const WORDS =
  "José Muñoz MUÑOZ JOSÉ AÇÃO São Óscar Úrsula à voilà D’Angelo “Pepe” 100€ ¿Qué ¡Hola ÁLVAREZ Ñandú Łukasz Żółć Dvořák " +
  "Ștefan Nguyễn Иван ПЕТРОВ Γιώργος יוסף محمد 山田太郎 さくら 김철수 😀 ❤️ Ana😀 1º Straße Çelik ışık d’été GARCÍA ÍÑIGO naïve Œuvre 10×20";

describe("what was encoded twice", () => {
  it.each(MISREAD_AS)("is read as it was, after %s", (encoding) => {
    for (const word of WORDS.split(" ")) {
      for (const times of [1, 2]) {
        expect(repairTwiceEncoded(misread(word, encoding, times))).toBe(word);
      }
    }
  });

  it.each(["José", "Muñoz", "MUÑOZ", "D’Angelo", "Łukasz", "Иван", "山田太郎", "Ana😀", "Straße"])(
    "is told by a single word of a file: %s",
    (word) => {
      const text = `Name,Email\nBob,b@x.test\n${misread(word, "windows-1252")},a@x.test\n`;
      for (const step of [1, 2, 5, 1000]) {
        expect(probe(text, step)).toEqual({ encoding: "utf-8-repaired", confidence: "likely" });
      }
    },
  );

  it("is told in a file that has texts in order, too, and behind a byte order mark", () => {
    const text = `Nombre,Correo\n${"Ángel Núñez,a@x.test\n".repeat(500)}${misread("José", "windows-1252")},b@x.test\n`;
    expect(probe(text).encoding).toBe("utf-8-repaired");
    expect(probe(`\uFEFF${text}`).encoding).toBe("utf-8-repaired");
  });
});

/** Words that people write, whose letters and signs UTF-8 might have been read as. */
const GOOD =
  "SÃO JOÃO AÇÃO MAÇÃ… AMANHÃ… IRMÃ” IRMÃ’S IRMÃ® MANHÃ–TARDE ALEMÃ™ CAFÉ® CAFÉ™ CAFÉ… JOSÉ” SÍ… Spaß… Gruß” Gruß“ Maß° " +
  "«Liberté\u00a0» été\u00a0» là\u00a0» é\u00a0» está»… está»\u00a0 olé…” è…» à\u00a0: MENÚ… Ñ… Ñº N° Â… Ä… KÄ… FÖÄ… ÅÄÖ " +
  "SÅ… SÅ” PÅ–AV Ü· 2×½ ×² 5×– Île… Ê” ÉTÉ\u00a0» DÉJÀ\u00a0» MÉXICO” BRASÍLIA– COMPANHIA® PERÚ» ESPAÑA» √ √Sí Sí√ √√ ├── " +
  "└── ┬ ‚Wort‘ ‚Ähnlich‘ »Über« „Ä“ œ… ŠKODA… Ž” š… ž» iPhoneÉ À» ã… ção… coração” “ação”… él» Él… ê… ô… naïf» Œ… Åse… ß… Ð… Þ» " +
  "ÔÇ Ôô Γö";

test.each(GOOD.split(" "))("%s is what somebody wrote", (word) => {
  expect(isTwiceEncoded(word)).toBe(false);
  expect(probe(`name,email\n${word},a@x.test\n`)).toEqual({ encoding: "utf-8", confidence: "certain" });
});

/** Imports a file into a company of its own. */
async function imported(file: Uint8Array) {
  const company = await createCompany();
  const { token } = await createUser({ access: [{ company, role: "manager" }] });
  const { import_code: code } = await upload(token, company.id, file);
  const ended = await waitForImport(code, token);
  const { results } = await company.database
    .prepare("SELECT first_name, last_name FROM leads WHERE company_id = ? ORDER BY record_number")
    .bind(company.id)
    .all();
  return { ended, names: results.map(({ first_name, last_name }) => `${first_name} ${last_name}`) };
}

test("an import repairs a file that was encoded twice, and says so", async () => {
  const text = misread(
    "\uFEFF“Nombre”;Teléfono;Correo\nJosé Núñez;;jose@x.test\nAna Paz;;ana@x.test\n",
    "windows-1252",
  );
  const { ended, names } = await imported(encode(text, "utf-8"));
  expect(names).toEqual(["José Núñez", "Ana Paz"]);
  expect(ended).toMatchObject({
    created_records: 2,
    warning_records: 1,
    file: { encoding: "utf-8-repaired", encoding_confidence: "likely" },
    warnings: [{ code: "encoding_in_doubt" }],
  });
});

test("an import repairs the records that were encoded twice among those that were not", async () => {
  const text = `Nombre,Correo\nÁngel Peña,angel@x.test\n${misread("José Núñez", "windows-1252")},jose@x.test\n`;
  const { ended, names } = await imported(encode(text, "utf-8"));
  expect(names).toEqual(["Ángel Peña", "José Núñez"]);
  expect(ended).toMatchObject({ warning_records: 1, warnings: [{ code: "encoding_in_doubt" }] });
});

test("lines of JSON are repaired, their keys too", async () => {
  const text = misread('{"Correo electrónico":"jose@x.test","Nombre":"José Núñez"}\n', "windows-1252");
  const { ended, names } = await imported(encode(text, "utf-8"));
  expect(names).toEqual(["José Núñez"]);
  expect(ended).toMatchObject({ warning_records: 1, warnings: [{ code: "encoding_in_doubt" }] });
});

test("a few words of another encoding that are UTF-8 by accident are not taken for it", () => {
  for (const name of ["Íñigo", "ÍÑIGO"]) {
    const bytes = joinBytes(
      encode("Nombre,Correo\n", "utf-8"),
      name === "Íñigo" ? [0xd6, 0xa4] : [0xd6, 0xa5],
      encode(`${name.slice(2)},i@x.test\n`, "utf-8"),
    );
    const prober = probeEncoding();
    prober.push(bytes);
    const guess = prober.result();
    expect(decode(bytes, guess.encoding).text).toContain(name);
  }
});
