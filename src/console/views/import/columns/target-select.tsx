import type { PreviewColumn } from "../../../api/import-types.ts";
import type { Question } from "../../../api/types.ts";
import { t } from "../../../i18n/text.ts";
import type { Draft } from "../draft.ts";
import { targetGroups, withTarget } from "./targets.ts";

interface Props {
  column: PreviewColumn;
  draft: Draft;
  questions: Question[];
}

/** What a column becomes. */
export function TargetSelect({ column: { header, target }, draft, questions }: Props) {
  const mapping = draft.preview.value?.mapping[header];
  return (
    <select
      class="input"
      aria-label={t("columns.target.of", { header })}
      onChange={({ currentTarget }) => draft.map(header, withTarget(mapping, currentTarget.value || null))}
    >
      {targetGroups(header, target, questions).map((group) => (
        <optgroup key={group.label} label={group.label}>
          {group.targets.map(({ value, label }) => (
            <option key={value} value={value} selected={value === (target ?? "")}>
              {label}
            </option>
          ))}
        </optgroup>
      ))}
    </select>
  );
}
