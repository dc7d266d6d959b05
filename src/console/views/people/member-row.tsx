import type { AccessName, CompanyPerson } from "../../api/types.ts";
import { t } from "../../i18n/text.ts";

interface Props {
  person: CompanyPerson;
  /** The accesses that they can be given; none where they cannot be changed. */
  choices: AccessName[];
  onAccess: (access: AccessName) => void;
  onStatus: (status: "active" | "disabled") => void;
  onRemove: () => void;
}

/** Somebody of a company: what they may do can be changed, and that they may do anything. */
export function MemberRow({ person, choices, onAccess, onStatus, onRemove }: Props) {
  const { full_name: name, email, status, user_access } = person;
  const isDisabled = status === "disabled";
  return (
    <li class="person">
      <span class="rows person-name">
        <strong>{name}</strong>
        <span class="quiet small">{email}</span>
      </span>
      {choices.length > 0 ? (
        <select
          class="input compact"
          value={user_access.access_name}
          aria-label={t("people.access.of", { name })}
          onChange={({ currentTarget }) => onAccess(currentTarget.value as AccessName)}
        >
          {choices.map((access) => (
            <option key={access} value={access}>
              {t(`access.${access}`)}
            </option>
          ))}
        </select>
      ) : (
        <span>{t(`access.${user_access.access_name}`)}</span>
      )}
      <span>
        {status !== "active" && (
          <span class={isDisabled ? "badge bad" : "badge"}>{t(`person.${status}`)}</span>
        )}
      </span>
      <span class="actions">
        {choices.length > 0 && (
          <>
            <button
              type="button"
              class="button plain"
              aria-label={t(isDisabled ? "people.enable.of" : "people.disable.of", { name })}
              onClick={() => onStatus(isDisabled ? "active" : "disabled")}
            >
              {t(isDisabled ? "people.enable" : "people.disable")}
            </button>
            <button
              type="button"
              class="button plain"
              aria-label={t("people.remove.of", { name })}
              onClick={onRemove}
            >
              {t("people.remove")}
            </button>
          </>
        )}
      </span>
    </li>
  );
}
