import { CP437, CP850, CP852 } from "iconv-tiny";
import { REPLACEMENT_CHARACTER } from "../../../text/replacement-character.ts";

/** Encodings that the runtime's `TextDecoder` has, by the names of the Encoding Standard. */
const NATIVE = [
  "utf-8",
  "utf-16le",
  "utf-16be",
  "windows-1250",
  "windows-1251",
  "windows-1252",
  "windows-1253",
  "windows-1254",
  "windows-1255",
  "windows-1256",
  "windows-1257",
  "windows-1258",
  "windows-874",
  "iso-8859-2",
  "iso-8859-3",
  "iso-8859-4",
  "iso-8859-5",
  "iso-8859-6",
  "iso-8859-7",
  "iso-8859-8",
  "iso-8859-10",
  "iso-8859-13",
  "iso-8859-14",
  "iso-8859-15",
  "iso-8859-16",
  "koi8-r",
  "koi8-u",
  "macintosh",
  "x-mac-cyrillic",
  "ibm866",
  "shift_jis",
  "euc-jp",
  "euc-kr",
  "gbk",
  "gb18030",
  "big5",
] as const;

/** Encodings that it lacks: DOS pages, UTF-32, and UTF-8 whose texts were encoded twice, which records are repaired of. */
const OTHERS = ["ibm437", "ibm850", "ibm852", "utf-32le", "utf-32be", "utf-8-repaired"] as const;

/** How the bytes of a file stand for text. */
export const ENCODINGS = [...NATIVE, ...OTHERS] as const;
export type Encoding = (typeof ENCODINGS)[number];

/** Names of encodings that `TextDecoder` lacks, as people and programs write them. */
const ALIASES: Record<string, Encoding> = {
  cp437: "ibm437",
  "437": "ibm437",
  ibm437: "ibm437",
  dos: "ibm850",
  cp850: "ibm850",
  "850": "ibm850",
  ibm850: "ibm850",
  cp852: "ibm852",
  "852": "ibm852",
  ibm852: "ibm852",
  macroman: "macintosh",
  "mac-roman": "macintosh",
  mac: "macintosh",
  ansi: "windows-1252",
  cp932: "shift_jis",
  cp936: "gbk",
  cp949: "euc-kr",
  cp950: "big5",
  "utf-32": "utf-32le",
  "utf-32le": "utf-32le",
  "utf-32be": "utf-32be",
  "utf-8-repaired": "utf-8-repaired",
};

/**
 * The encoding that a label names.
 *
 * @param label one of the Encoding Standard, or a usual name of one that it lacks.
 * @returns `null` where it names none that files can be read in: ISO-2022 changes what a comma means on its way.
 * @see https://encoding.spec.whatwg.org/#names-and-labels
 */
export function encodingOf(label: string): Encoding | null {
  const name = label.trim().toLowerCase();
  const alias = Object.hasOwn(ALIASES, name) ? ALIASES[name] : undefined;
  if (alias) return alias;
  try {
    const { encoding } = new TextDecoder(name);
    return ENCODINGS.find((known) => known === encoding) ?? null;
  } catch {
    return null;
  }
}

/** How many bytes a code unit of an encoding takes. */
export function unitBytes(encoding: Encoding): 1 | 2 | 4 {
  if (encoding.startsWith("utf-16")) return 2;
  return encoding.startsWith("utf-32") ? 4 : 1;
}

/** Whether every byte is a character of its own. */
export function isSingleByte(encoding: Encoding): boolean {
  return unitBytes(encoding) === 1 && !MULTI_BYTE.has(encoding);
}

const MULTI_BYTE: ReadonlySet<Encoding> = new Set([
  "utf-8",
  "utf-8-repaired",
  "shift_jis",
  "euc-jp",
  "euc-kr",
  "gbk",
  "gb18030",
  "big5",
]);

type Decode = (bytes: Uint8Array) => string;
const decoders = new Map<Encoding, Decode>();

function decoderOf(encoding: Encoding): Decode {
  let decoder = decoders.get(encoding);
  if (!decoder) {
    decoder = createDecoder(encoding);
    decoders.set(encoding, decoder);
  }
  return decoder;
}

function createDecoder(encoding: Encoding): Decode {
  switch (encoding) {
    case "ibm437":
      return decodeTable(CP437.create());
    case "ibm850":
      return decodeTable(CP850.create());
    case "ibm852":
      return decodeTable(CP852.create());
    case "utf-32le":
    case "utf-32be":
      return (bytes) => decodeUtf32(bytes, encoding === "utf-32le");
    case "utf-8-repaired":
      return decoderOf("utf-8");
    default: {
      // A U+FEFF inside a file is a character as any other: nobody but the layout takes one off, at the start.
      const native = new TextDecoder(encoding, { fatal: false, ignoreBOM: true });
      return (bytes) => native.decode(bytes);
    }
  }
}

const decodeTable =
  (table: { decode(bytes: Uint8Array): string }): Decode =>
  (bytes) =>
    table.decode(bytes);

function decodeUtf32(bytes: Uint8Array, littleEndian: boolean): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let text = "";
  for (let at = 0; at + 4 <= bytes.length; at += 4) {
    const point = view.getUint32(at, littleEndian);
    const isCharacter = point <= 0x10ffff && (point < 0xd800 || point > 0xdfff);
    text += isCharacter ? String.fromCodePoint(point) : REPLACEMENT_CHARACTER;
  }
  return bytes.length % 4 === 0 ? text : text + REPLACEMENT_CHARACTER;
}

/**
 * The text of bytes that start and end at a character, and whether some of them meant none in that encoding: those
 * are U+FFFD in the text. Never throws, and keeps every U+FEFF.
 */
export function decode(bytes: Uint8Array, encoding: Encoding): { text: string; damaged: boolean } {
  const text = decoderOf(encoding)(bytes);
  return { text, damaged: text.includes(REPLACEMENT_CHARACTER) && !isValid(bytes, encoding) };
}

/** A file may hold U+FFFD in good order, where an earlier program wrote what it could not read. */
function isValid(bytes: Uint8Array, encoding: Encoding): boolean {
  if (encoding === "utf-8-repaired") return isValid(bytes, "utf-8");
  if (encoding.startsWith("utf-32")) return bytes.length % 4 === 0;
  if (!NATIVE.some((known) => known === encoding)) return true;
  try {
    new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}
