import type { PreviewColumn } from "../../../api/import-types.ts";
import { formatNumber } from "../../../i18n/format.ts";
import { t } from "../../../i18n/text.ts";
import type { Draft } from "../draft.ts";
import { withDetails } from "./targets.ts";

interface Props {
  column: PreviewColumn;
  draft: Draft;
}

/** The values of a column of choices, each with what it becomes. */
export function ValuesTable({ column: { header, target, values, choices }, draft }: Props) {
  const mapping = draft.preview.value?.mapping[header];
  const said = (typeof mapping === "object" && mapping?.values) || {};
  const change = (value: string, to: string) => {
    const { [value]: _before, ...others } = said;
    draft.map(header, withDetails(mapping, target, { values: to ? { ...others, [value]: to } : others }));
  };
  return (
    <ul class="values">
      {values.map(({ value, count, target: becomes }) => (
        <li key={value}>
          <span>
            {value} <span class="quiet small number">× {formatNumber(count)}</span>
          </span>
          {choices ? (
            <select
              class="input"
              aria-label={t("values.of", { value })}
              onChange={({ currentTarget }) => change(value, currentTarget.value)}
            >
              <option value="" selected={becomes === null}>
                {t("values.none")}
              </option>
              {choices.map((choice) => (
                <option key={choice.value} value={choice.value} selected={choice.value === becomes}>
                  {choice.label}
                </option>
              ))}
            </select>
          ) : (
            <span class={becomes === null ? "badge warn" : "badge good"}>{becomes ?? t("values.none")}</span>
          )}
        </li>
      ))}
    </ul>
  );
}
