import type { PreviewColumn, Rule } from "../../../api/import-types.ts";
import { t } from "../../../i18n/text.ts";
import type { Draft } from "../draft.ts";
import { withDetails } from "./targets.ts";

const RULES: Rule[] = ["overwrite", "fill_empty", "keep", "append"];
/** What can have more than one value. */
const APPENDABLE = ["notes", "tags"];

/** What a filled cell does to a lead that is there already. */
export function RuleSelect({ column: { header, target }, draft }: { column: PreviewColumn; draft: Draft }) {
  const mapping = draft.preview.value?.mapping[header];
  const rule = (typeof mapping === "object" && mapping?.rule) || "overwrite";
  const offered = RULES.filter((one) => one !== "append" || APPENDABLE.includes(target ?? ""));
  return (
    <select
      class="input small"
      aria-label={t("rule.of", { header })}
      onChange={({ currentTarget }) =>
        draft.map(header, withDetails(mapping, target, { rule: currentTarget.value as Rule }))
      }
    >
      {offered.map((one) => (
        <option key={one} value={one} selected={one === rule}>
          {t(`rule.${one}`)}
        </option>
      ))}
    </select>
  );
}
