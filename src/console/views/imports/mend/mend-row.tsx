import { t } from "../../../i18n/text.ts";
import type { RejectedRecord } from "./rejected-records.ts";

interface Props {
  record: RejectedRecord;
  headers: string[];
  cells: string[];
  isMended: boolean;
  onChange: (cells: string[]) => void;
}

/** A rejected record: each of its cells can be changed; the one in question stands out. */
export function MendRow({ record, headers, cells, isMended, onChange }: Props) {
  return (
    <tr class={isMended ? "mended" : ""}>
      <th scope="row" class="number">
        {record.record}
      </th>
      <td class="mend-reason">
        {isMended ? <span class="badge good">{t("mend.mended")}</span> : record.reason}
      </td>
      {headers.map((header, at) => (
        <td key={at}>
          <input
            class={header === record.column && !isMended ? "input cell wrong" : "input cell"}
            aria-label={t("mend.cell", { header, record: record.record })}
            value={cells[at] ?? ""}
            onInput={({ currentTarget }) =>
              onChange(headers.map((_, index) => (index === at ? currentTarget.value : (cells[index] ?? ""))))
            }
          />
        </td>
      ))}
    </tr>
  );
}
