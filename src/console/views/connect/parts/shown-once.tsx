import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { t } from "../../../i18n/text.ts";
import { guardLeaving } from "../../../router.ts";
import { CopyButton } from "./copy-button.tsx";

interface Props {
  title: string;
  /** `null` where the answer that had it was lost. */
  secret: string | null;
  /** Who may see it. */
  text?: string;
  /** What to do where it was lost. */
  lost: string;
  /** Called when the person has it. */
  onDone: () => void;
  /** What else can be copied that the secret is in. @param onCopied then the secret was copied too. */
  children?: (onCopied: () => void) => ComponentChildren;
}

/** A secret that is shown this once: the page asks before it is left without a copy. */
export function ShownOnce({ title, secret, text = t("secret.once"), lost, onDone, children }: Props) {
  const isCopied = useSignal(false);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  useEffect(
    () => guardLeaving(() => (secret !== null && !isCopied.peek() ? t("secret.leave") : null)),
    [secret, isCopied],
  );
  const onCopied = () => {
    isCopied.value = true;
  };
  return (
    <section class={secret === null ? "notice warn" : "notice"}>
      <h2 ref={heading} tabIndex={-1}>
        {title}
      </h2>
      <p>{secret === null ? lost : text}</p>
      {secret !== null && (
        <div class="copyable">
          <code class="secret">{secret}</code>
          <CopyButton text={secret} onCopied={onCopied} />
        </div>
      )}
      {secret !== null && children?.(onCopied)}
      <div class="actions">
        <button type="button" class="button main" onClick={onDone}>
          {t("secret.done")}
        </button>
      </div>
    </section>
  );
}
