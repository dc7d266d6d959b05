import type { Signal } from "@preact/signals";
import { t } from "../../../i18n/text.ts";

/** Whether a list also has what lets nobody in any more. */
export function EndedToggle({ isOn }: { isOn: Signal<boolean> }) {
  return (
    <label class="check">
      <input
        type="checkbox"
        checked={isOn.value}
        onChange={({ currentTarget: { checked } }) => {
          isOn.value = checked;
        }}
      />
      {t("connect.ended.show")}
    </label>
  );
}
