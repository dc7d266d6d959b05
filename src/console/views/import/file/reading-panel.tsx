import type { FileKind } from "../../../api/import-types.ts";
import { t } from "../../../i18n/text.ts";
import { Select } from "../../../parts/field.tsx";
import type { Draft } from "../draft.ts";
import { DELIMITERS, delimiterName, ENCODINGS, HEADER_ROWS } from "./reading-options.ts";

/** Kinds whose bytes have an encoding and a delimiter that a person can know better. */
const PLAIN: (FileKind | undefined)[] = ["csv", "gzip", "zip", undefined];

/** How the file is read: what was found, and what the person says instead. */
export function ReadingPanel({ draft }: { draft: Draft }) {
  const reading = draft.reading.value;
  const head = draft.preview.value?.file;
  const auto = (value: string | undefined) => ({
    value: "auto",
    label: value ? t("reading.found", { value }) : t("reading.auto"),
  });
  const header = head && (head.header_row === 0 ? t("reading.header.none") : String(head.header_row));
  return (
    <div class="fields">
      {PLAIN.includes(head?.kind) && (
        <>
          <Select
            label={t("reading.encoding")}
            value={reading.encoding}
            options={[
              auto(reading.encoding === "auto" ? head?.encoding : undefined),
              ...ENCODINGS.map((value) => ({ value, label: value })),
            ]}
            onChange={(encoding) => draft.read({ encoding })}
            hint={
              head && head.encoding_confidence !== "certain" && reading.encoding === "auto"
                ? t(`reading.encoding.${head.encoding_confidence}`)
                : undefined
            }
          />
          <Select
            label={t("reading.delimiter")}
            value={reading.delimiter}
            options={[
              auto(reading.delimiter === "auto" ? delimiterName(head?.delimiter) : undefined),
              ...DELIMITERS.map(({ value, sign }) => ({ value, label: delimiterName(sign) ?? value })),
            ]}
            onChange={(delimiter) => draft.read({ delimiter })}
          />
        </>
      )}
      {head && head.sheets.length > 1 && (
        <Select
          label={t("reading.sheet")}
          value={reading.sheet}
          options={[auto(head.sheets[0]), ...head.sheets.map((value) => ({ value, label: value }))]}
          onChange={(sheet) => draft.read({ sheet })}
        />
      )}
      {head?.kind !== "ndjson" && (
        <Select
          label={t("reading.header")}
          value={reading.header_row}
          options={[
            auto(reading.header_row === "auto" ? header : undefined),
            { value: "0", label: t("reading.header.none") },
            ...HEADER_ROWS.map((row) => ({ value: row, label: row })),
          ]}
          onChange={(header_row) => draft.read({ header_row })}
        />
      )}
    </div>
  );
}
