import { useEffect, useRef } from "preact/hooks";
import type { ReachableCompany } from "../api/companies.ts";
import { signOut, user } from "../api/session.ts";
import {
  companies,
  companiesProblem,
  company,
  loadMyCompanies,
  mayManage,
  maySeeImports,
  sameViewIn,
} from "../company.ts";
import { t } from "../i18n/text.ts";
import { Brand } from "../parts/brand.tsx";
import { Preferences } from "../parts/preferences.tsx";
import { ProblemNotice } from "../parts/problem-notice.tsx";
import { Loading } from "../parts/title.tsx";
import { paths } from "../paths.ts";
import { navigate, segments } from "../router.ts";
import { CurrentView } from "./current-view.tsx";

/** What stands around every view: where one is, whose leads they are, and who one is. */
export function Frame() {
  return (
    <div class="shell">
      <header class="top">
        <a class="skip" href="#main">
          {t("nav.skip")}
        </a>
        <Brand />
        {company.value && <Tabs company={company.value} />}
        <div class="top-end">
          <CompanyChooser />
          <Preferences />
          <a class="button plain" href={paths.sessions(company.value?.id)} title={t("nav.sessions")}>
            <svg width="18" height="18" viewBox="0 0 18 18" aria-hidden="true">
              <circle cx="9" cy="6" r="3.6" fill="none" stroke="currentColor" stroke-width="1.8" />
              <path d="M2.5 16a6.5 5 0 0 1 13 0" fill="none" stroke="currentColor" stroke-width="1.8" />
            </svg>
            <span class="hidden">{t("nav.sessions")}</span>
          </a>
          <button type="button" class="button plain" title={user.value?.email} onClick={() => void signOut()}>
            {t("session.out")}
          </button>
        </div>
      </header>
      <main id="main" class="page" tabIndex={-1}>
        <Content />
      </main>
    </div>
  );
}

function Content() {
  if (companiesProblem.value && !companies.value) {
    return <ProblemNotice error={companiesProblem.value} onRetry={loadMyCompanies} />;
  }
  return companies.value ? <CurrentView /> : <Loading />;
}

function Tabs({ company: { id } }: { company: ReachableCompany }) {
  const view = segments.value[2];
  const nav = useRef<HTMLElement>(null);
  // On a phone not all of them fit.
  useEffect(() => {
    const [list, current] = [nav.current, nav.current?.querySelector<HTMLElement>("[aria-current]")];
    if (list && current) list.scrollLeft = current.offsetLeft - list.offsetLeft;
  }, [view]);
  const tabs = [
    { key: "import", href: paths.newImport(id), isShown: mayManage.value },
    { key: "imports", href: paths.imports(id), isShown: maySeeImports.value },
    { key: "leads", href: paths.leads(id), isShown: true },
    { key: "overview", href: paths.overview(id), isShown: true },
    { key: "people", href: paths.people(id), isShown: mayManage.value },
    { key: "connect", href: paths.connect(id), isShown: mayManage.value },
  ] as const;
  return (
    <nav ref={nav} class="tabs" aria-label={t("nav.label")}>
      {tabs
        .filter(({ isShown }) => isShown)
        .map(({ key, href }) => (
          <a key={key} href={href} aria-current={view === key ? "page" : undefined}>
            {t(`nav.${key}`)}
          </a>
        ))}
    </nav>
  );
}

/** Another company shows the same kind of view, where the person may see it there. */
function CompanyChooser() {
  const known = companies.value ?? [];
  const [only] = known;
  if (known.length < 2 && only?.id === company.value?.id)
    return <span class="quiet company">{only?.name}</span>;
  return (
    <select
      class="input compact company"
      aria-label={t("nav.company")}
      onChange={({ currentTarget: { value } }) => {
        const chosen = known.find(({ id }) => id === Number(value));
        if (chosen) navigate(sameViewIn(chosen, segments.value[2]));
      }}
    >
      {!company.value && <option value="">–</option>}
      {known.map(({ id, name }) => (
        <option key={id} value={id} selected={id === company.value?.id}>
          {name}
        </option>
      ))}
    </select>
  );
}
