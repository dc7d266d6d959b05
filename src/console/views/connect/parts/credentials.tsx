import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import type { Made } from "../../../api/connect/keys.ts";
import type { ApiKey, ImportLink } from "../../../api/connect/types.ts";
import { t } from "../../../i18n/text.ts";
import { Confirm } from "../../../parts/confirm.tsx";
import { useDoing } from "../../../parts/doing.ts";
import { useLoad } from "../../../parts/load.ts";
import { ProblemNotice } from "../../../parts/problem-notice.tsx";
import { Loading } from "../../../parts/title.tsx";
import { CredentialRow } from "./credential-row.tsx";
import { EndedToggle } from "./ended-toggle.tsx";
import { ShownOnce } from "./shown-once.tsx";

interface Props<T> {
  /** Which texts they have. */
  noun: "keys" | "links";
  /** The form that makes one. */
  form: (onMade: (made: Made<T>) => void) => ComponentChildren;
  /** What else is shown of a secret, which can be copied as well. */
  shown?: (secret: string, onCopied: () => void) => ComponentChildren;
  load: (withEnded: boolean) => Promise<T[]>;
  /** What one may do, in its row. */
  describe: (one: T) => ComponentChildren;
  mayEnd: (one: T) => boolean;
  end: (id: number) => Promise<void>;
}

/** Keys, or links for imports: one is made, and those that there are can be ended. */
export function Credentials<T extends ApiKey | ImportLink>(props: Props<T>) {
  const { noun, form, shown, load, describe, mayEnd, end } = props;
  const withEnded = useSignal(false);
  const made = useSignal<Made<T> | null>(null);
  const ending = useSignal<T | null>(null);
  const { problem, run } = useDoing();
  const { loaded, reload } = useLoad(() => load(withEnded.value));
  const { state, value } = loaded.value;
  const stay = () => {
    ending.value = null;
  };
  return (
    <>
      <section class="panel rows">
        <h2>{t(`${noun}.new`)}</h2>
        <p class="quiet">{t(`${noun}.text`)}</p>
        {made.value ? (
          <ShownOnce
            title={t(`${noun}.made`, { name: made.value.made.name })}
            secret={made.value.secret}
            text={t(noun === "keys" ? "secret.once" : "links.once")}
            lost={t(`${noun}.lost`)}
            onDone={() => {
              made.value = null;
            }}
          >
            {(onCopied) => made.value?.secret && shown?.(made.value.secret, onCopied)}
          </ShownOnce>
        ) : (
          form((one) => {
            made.value = one;
            reload();
          })
        )}
      </section>
      <section class="panel rows">
        <div class="heading">
          <h2>{t(`${noun}.title`)}</h2>
          <EndedToggle isOn={withEnded} />
        </div>
        {problem.value !== null && <ProblemNotice error={problem.value} />}
        {loaded.value.state === "failed" && <ProblemNotice error={loaded.value.error} onRetry={reload} />}
        {!value && state === "loading" && <Loading />}
        {value?.length === 0 && <p class="quiet">{t(`${noun}.none`)}</p>}
        <ul class="list">
          {value?.map((one) => (
            <CredentialRow
              key={one.id}
              credential={one}
              onEnd={
                mayEnd(one)
                  ? () => {
                      ending.value = one;
                    }
                  : undefined
              }
            >
              {describe(one)}
            </CredentialRow>
          ))}
        </ul>
      </section>
      {ending.value && (
        <Confirm
          title={t("credential.end.of", { name: ending.value.name })}
          go={t("credential.end.go")}
          onClose={stay}
          onGo={() => {
            const id = ending.value?.id;
            stay();
            if (id !== undefined) void run(() => end(id)).then(reload);
          }}
        >
          <p>{t(`${noun}.end.text`)}</p>
        </Confirm>
      )}
    </>
  );
}
