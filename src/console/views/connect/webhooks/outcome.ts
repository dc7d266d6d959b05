import type { Outcome } from "../../../api/connect/types.ts";
import { formatNumber } from "../../../i18n/format.ts";
import { isTextKey, t } from "../../../i18n/text.ts";

/** What came of sending something once, in words. */
export function outcomeText({ status_code, error, duration_ms }: Outcome): string {
  const time = formatNumber(duration_ms, { style: "unit", unit: "millisecond" });
  if (status_code !== null) {
    const isGood = status_code >= 200 && status_code < 300;
    return t(isGood ? "outcome.arrived" : "outcome.refused", { status: String(status_code), time });
  }
  const key = `outcome.${error}`;
  return t("outcome.failed", { why: isTextKey(key) ? t(key) : (error ?? ""), time });
}
