import { switchTheme, theme } from "../design/theme.ts";
import { chooseLocale } from "../i18n/choose-locale.ts";
import { LOCALES, type Locale, locale } from "../i18n/locale.ts";
import { t } from "../i18n/text.ts";

const NAMES: Record<Locale, string> = { en: "English", es: "Español", pt: "Português" };

/** Language and colours: what a person chooses for this browser. */
export function Preferences() {
  const other = theme.value === "dark" ? "light" : "dark";
  return (
    <>
      <select
        class="input compact language"
        aria-label={t("language")}
        onChange={(event) => chooseLocale(event.currentTarget.value as Locale)}
      >
        {LOCALES.map((one) => (
          <option key={one} value={one} selected={one === locale.value}>
            {NAMES[one]}
          </option>
        ))}
      </select>
      <button
        type="button"
        class="button plain"
        aria-label={t(`theme.${other}`)}
        title={t(`theme.${other}`)}
        onClick={switchTheme}
      >
        <svg width="18" height="18" viewBox="0 0 18 18" aria-hidden="true">
          <circle cx="9" cy="9" r="7" fill="none" stroke="currentColor" stroke-width="1.8" />
          <path d="M9 2a7 7 0 0 1 0 14z" fill="currentColor" />
        </svg>
      </button>
    </>
  );
}
