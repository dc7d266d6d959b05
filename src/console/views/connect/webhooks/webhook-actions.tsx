import { useSignal } from "@preact/signals";
import type { Ping, Webhook } from "../../../api/connect/types.ts";
import { changeWebhook, deleteWebhook, ping, rotateSecret } from "../../../api/connect/webhooks.ts";
import { t } from "../../../i18n/text.ts";
import { Confirm } from "../../../parts/confirm.tsx";
import { useDoing } from "../../../parts/doing.ts";
import { ProblemNotice } from "../../../parts/problem-notice.tsx";
import { paths } from "../../../paths.ts";
import { navigate } from "../../../router.ts";
import { ShownOnce } from "../parts/shown-once.tsx";
import { outcomeText } from "./outcome.ts";

interface Props {
  companyId: number;
  webhook: Webhook;
  onChanged: () => void;
}

/** What can be done with a webhook: tried, switched off and on, given another secret, deleted. */
export function WebhookActions({ companyId, webhook, onChanged }: Props) {
  const { id, url, status } = webhook;
  const tried = useSignal<Ping | null>(null);
  const secret = useSignal<string | null>(null);
  const asked = useSignal<"rotate" | "delete" | null>(null);
  const { isDoing, problem, run } = useDoing();
  const isOn = status === "active";
  const stop = () => {
    asked.value = null;
  };
  const act = (what: () => Promise<void>) => {
    stop();
    tried.value = null;
    void run(what);
  };
  return (
    <>
      <div class="actions">
        <button
          type="button"
          class="button"
          disabled={isDoing.value}
          onClick={() =>
            act(async () => {
              tried.value = await ping(id);
            })
          }
        >
          {t("webhooks.ping")}
        </button>
        <button
          type="button"
          class="button"
          disabled={isDoing.value}
          onClick={() =>
            act(() => changeWebhook(id, { status: isOn ? "switched_off" : "active" }).then(onChanged))
          }
        >
          {t(isOn ? "webhooks.switch.off" : "webhooks.switch.on")}
        </button>
        <button
          type="button"
          class="button"
          onClick={() => {
            asked.value = "rotate";
          }}
        >
          {t("webhooks.rotate")}
        </button>
        <button
          type="button"
          class="button danger"
          onClick={() => {
            asked.value = "delete";
          }}
        >
          {t("webhooks.delete")}
        </button>
      </div>
      <p role="status">{tried.value && outcomeText(tried.value)}</p>
      {problem.value !== null && <ProblemNotice error={problem.value} />}
      {secret.value !== null && (
        <ShownOnce
          title={t("webhooks.rotated")}
          secret={secret.value}
          lost={t("webhooks.lost")}
          onDone={() => {
            secret.value = null;
          }}
        />
      )}
      {asked.value === "rotate" && (
        <Confirm
          title={t("webhooks.rotate.title")}
          go={t("webhooks.rotate.go")}
          onClose={stop}
          onGo={() =>
            act(async () => {
              secret.value = await rotateSecret(id);
              onChanged();
            })
          }
        >
          <p>{t("webhooks.rotate.text")}</p>
        </Confirm>
      )}
      {asked.value === "delete" && (
        <Confirm
          title={t("webhooks.delete.title", { url })}
          go={t("webhooks.delete.go")}
          onClose={stop}
          onGo={() =>
            act(async () => {
              await deleteWebhook(id);
              navigate(paths.connect(companyId, "webhooks"));
            })
          }
        >
          <p>{t("webhooks.delete.text")}</p>
        </Confirm>
      )}
    </>
  );
}
