import type { OnDuplicate } from "../../api/import-types.ts";
import type { Campaign } from "../../api/types.ts";
import { t } from "../../i18n/text.ts";
import { Select } from "../../parts/field.tsx";
import type { Draft } from "./draft.ts";

const ON_DUPLICATE: OnDuplicate[] = ["skip", "update", "create"];

/** What is not said: of corrected records, as in the import that rejected them. */
const AS_BEFORE = "before";

/** Whose questions count, and what becomes of those who are leads already. */
export function OptionsPanel({ draft, campaigns }: { draft: Draft; campaigns: Campaign[] }) {
  const isCorrection = draft.isCorrection.value;
  const chosen = draft.onDuplicate.value ?? (isCorrection ? AS_BEFORE : "skip");
  const choices = isCorrection ? ([AS_BEFORE, ...ON_DUPLICATE] as const) : ON_DUPLICATE;
  return (
    <div class="fields">
      <Select
        label={t("options.campaign")}
        value={String(draft.campaignId.value ?? "")}
        options={[
          { value: "", label: t(isCorrection ? "options.campaign.before" : "options.campaign.none") },
          ...campaigns.map(({ id, name }) => ({ value: String(id), label: name })),
        ]}
        onChange={(id) => draft.chooseCampaign(id ? Number(id) : null)}
        hint={t("options.campaign.hint")}
      />
      <fieldset class="rows">
        <legend class="legend">{t("options.duplicate")}</legend>
        {choices.map((value) => (
          <div class="choice" key={value}>
            <input
              type="radio"
              name="on_duplicate"
              id={`on-duplicate-${value}`}
              checked={chosen === value}
              onChange={() => {
                draft.onDuplicate.value = value === AS_BEFORE ? null : value;
              }}
            />
            <label for={`on-duplicate-${value}`}>
              {t(`options.duplicate.${value}`)}
              <span class="small quiet">{t(`options.duplicate.${value}.hint`)}</span>
            </label>
          </div>
        ))}
      </fieldset>
    </div>
  );
}
