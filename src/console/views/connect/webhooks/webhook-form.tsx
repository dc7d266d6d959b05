import { useSignal } from "@preact/signals";
import { EVENT_TYPES, type EventType, type WebhookSettings } from "../../../api/connect/types.ts";
import { t } from "../../../i18n/text.ts";
import { useDoing } from "../../../parts/doing.ts";
import { Input } from "../../../parts/field.tsx";
import { ProblemNotice } from "../../../parts/problem-notice.tsx";
import { Checks } from "../parts/checks.tsx";

/** What most receivers want to know. */
const USUAL: EventType[] = ["lead.created", "lead.updated", "lead.stage_changed", "import.completed"];

interface Props {
  /** What is in it at first. */
  settings?: WebhookSettings;
  /** What the button says. */
  go: string;
  onSend: (settings: WebhookSettings) => Promise<void>;
}

/** Where events are sent to, and which. */
export function WebhookForm({ settings, go, onSend }: Props) {
  const url = useSignal(settings?.url ?? "");
  const description = useSignal(settings?.description ?? "");
  const events = useSignal<EventType[]>(settings?.events ?? USUAL);
  const { isDoing, problem, run } = useDoing();
  return (
    <form
      class="rows"
      onSubmit={(event) => {
        event.preventDefault();
        void run(() =>
          onSend({
            url: url.value.trim(),
            description: description.value.trim() || null,
            events: events.value,
          }),
        );
      }}
    >
      <div class="fields">
        <Input
          label={t("webhooks.url")}
          type="url"
          value={url.value}
          required
          placeholder="https://hooks.example.com/leads"
          hint={t("webhooks.url.hint")}
          onInput={(value) => {
            url.value = value;
          }}
        />
        <Input
          label={t("webhooks.description")}
          value={description.value}
          autocomplete="off"
          placeholder={t("webhooks.description.hint")}
          onInput={(value) => {
            description.value = value;
          }}
        />
      </div>
      <Checks
        label={t("webhooks.events")}
        choices={EVENT_TYPES}
        chosen={events.value}
        onChange={(chosen) => {
          events.value = chosen;
        }}
      />
      <div class="actions">
        <button type="submit" class="button main" disabled={isDoing.value || events.value.length === 0}>
          {go}
        </button>
      </div>
      {problem.value !== null && <ProblemNotice error={problem.value} />}
    </form>
  );
}
