import type { Webhook } from "../../../api/connect/types.ts";
import { formatTime } from "../../../i18n/format.ts";
import { t } from "../../../i18n/text.ts";

/** Whether a webhook is told what happens, and whether that arrives. */
export function WebhookBadge({ webhook }: { webhook: Webhook }) {
  const { status, switched_off_reason, failing_since } = webhook;
  if (status === "switched_off") {
    return <span class="badge">{t(`webhooks.off.${switched_off_reason ?? "by_hand"}`)}</span>;
  }
  if (failing_since) {
    return <span class="badge bad">{t("webhooks.failing", { time: formatTime(failing_since) })}</span>;
  }
  return <span class="badge good">{t("webhooks.on")}</span>;
}
