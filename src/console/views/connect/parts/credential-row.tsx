import type { ComponentChildren } from "preact";
import type { ApiKey, ImportLink, KeyStatus } from "../../../api/connect/types.ts";
import { formatDate, formatTime } from "../../../i18n/format.ts";
import { t } from "../../../i18n/text.ts";

interface Props {
  credential: ApiKey | ImportLink;
  /** What it may do. */
  children: ComponentChildren;
  /** Left out where the person may not end it, or it has ended. */
  onEnd?: (() => void) | undefined;
}

const BADGES: Record<KeyStatus, string> = { active: "badge good", expired: "badge warn", ended: "badge" };

/** A key or a link in a list: what it is, what it may, and when it was used. */
export function CredentialRow({ credential, children, onEnd }: Props) {
  const { name, prefix, status, created_by, created_at, last_used_at, expires_at } = credential;
  const made = { day: formatDate(created_at), name: created_by?.full_name ?? "" };
  return (
    <li class="connect-row">
      <span class="rows person-name">
        <strong>{name}</strong>
        <code class="quiet small">{prefix}…</code>
      </span>
      <span class="rows person-name small">{children}</span>
      <span class="rows person-name quiet small">
        <span>
          {last_used_at ? t("connect.used", { time: formatTime(last_used_at) }) : t("connect.unused")}
        </span>
        <span>{t(created_by ? "connect.made.by" : "connect.made", made)}</span>
        {expires_at && status === "active" && (
          <span>{t("connect.until", { day: formatDate(expires_at) })}</span>
        )}
      </span>
      <span class={BADGES[status]}>{t(`credential.${status}`)}</span>
      <span class="actions">
        {onEnd && status === "active" && (
          <button
            type="button"
            class="button plain"
            aria-label={t("credential.end.of", { name })}
            onClick={onEnd}
          >
            {t("credential.end")}
          </button>
        )}
      </span>
    </li>
  );
}
