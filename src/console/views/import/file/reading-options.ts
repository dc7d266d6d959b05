import { t } from "../../../i18n/text.ts";

/** The encodings that are offered: those that files of leads come in. The API knows more. */
export const ENCODINGS = [
  "utf-8",
  "windows-1252",
  "macintosh",
  "ibm850",
  "iso-8859-15",
  "utf-16le",
  "utf-16be",
  "windows-1250",
  "windows-1251",
  "windows-1253",
  "windows-1254",
  "windows-1255",
  "windows-1256",
  "shift_jis",
  "gb18030",
  "big5",
  "euc-kr",
];

/** What parts cells, as the API takes it and as it stands in a file. */
export const DELIMITERS = [
  { value: ",", sign: "," },
  { value: ";", sign: ";" },
  { value: "tab", sign: "\t" },
  { value: "|", sign: "|" },
];

/** Lines that a header may be in. */
export const HEADER_ROWS = Array.from({ length: 20 }, (_, index) => String(index + 1));

/** What a person calls a delimiter. */
export function delimiterName(sign: string | null | undefined): string | undefined {
  switch (sign) {
    case ",":
      return t("delimiter.comma");
    case ";":
      return t("delimiter.semicolon");
    case "\t":
      return t("delimiter.tab");
    case "|":
      return t("delimiter.bar");
    default:
      return sign ?? undefined;
  }
}
