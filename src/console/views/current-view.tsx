import { useEffect } from "preact/hooks";
import { user } from "../api/session.ts";
import { companies, company, homeIn, mayManage, maySeeImports } from "../company.ts";
import { t } from "../i18n/text.ts";
import { lazy } from "../parts/lazy.tsx";
import { Title } from "../parts/title.tsx";
import { navigate, query, segments } from "../router.ts";

const NewImport = lazy(async () => (await import("./import/new-import.tsx")).default);
const ImportsList = lazy(async () => (await import("./imports/imports-list.tsx")).default);
const ImportView = lazy(async () => (await import("./imports/import-view.tsx")).default);
const GlanceView = lazy(async () => (await import("./glance/glance-view.tsx")).default);
const PeopleView = lazy(async () => (await import("./people/people-view.tsx")).default);
const ConnectView = lazy(async () => (await import("./connect/connect-view.tsx")).default);
const SessionsView = lazy(async () => (await import("./account/sessions-view.tsx")).default);
const LeadsList = lazy(async () => (await import("./leads/leads-list.tsx")).default);
const LeadView = lazy(async () => (await import("./leads/lead/lead-view.tsx")).default);

/** Loads the code of the view that the address names; without one, of the one where most begin. */
export function preloadView(): void {
  const [, , view = "import", id] = segments.value;
  const views: Record<string, { preload(): void }> = {
    import: NewImport,
    imports: id ? ImportView : ImportsList,
    leads: id ? LeadView : LeadsList,
    overview: GlanceView,
    people: PeopleView,
    connect: ConnectView,
    sessions: SessionsView,
  };
  if (Object.hasOwn(views, view)) views[view]?.preload();
}

/** The view that the address names. Without one, the person's home. */
export function CurrentView() {
  const [kind, , view, id, part] = segments.value;
  if (kind === "sessions" || view === "sessions") return <SessionsView />;
  if (companies.value?.length === 0) {
    return <Message title={t("company.none.title")} text={t("company.none.text")} />;
  }
  if (kind === undefined) return <ToHome />;
  if (!company.value) {
    return <Message title={t("nav.company")} text={t(kind === "c" ? "company.unseen" : "page.unknown")} />;
  }
  if (view === undefined) return <ToHome />;
  const { id: companyId } = company.value;
  if (view === "import" && mayManage.value) {
    const of = query.value.get("of");
    return <NewImport key={`${companyId} ${of}`} companyId={companyId} of={of} />;
  }
  if (view === "imports" && maySeeImports.value) {
    return id ? (
      <ImportView key={id} companyId={companyId} code={id} />
    ) : (
      <ImportsList key={companyId} companyId={companyId} />
    );
  }
  if (view === "overview") return <GlanceView key={companyId} companyId={companyId} />;
  if (view === "people" && mayManage.value) return <PeopleView key={companyId} companyId={companyId} />;
  if (view === "connect" && mayManage.value) {
    const key = `${companyId} ${id}`;
    return <ConnectView key={key} companyId={companyId} part={id} id={part ? Number(part) : null} />;
  }
  if (view === "leads") {
    return id ? (
      <LeadView key={id} companyId={companyId} id={Number(id)} />
    ) : (
      <LeadsList key={companyId} companyId={companyId} />
    );
  }
  return <Message title={t("nav.label")} text={t("page.unknown")} key={`${view}/${id}`} />;
}

function ToHome() {
  const known = companies.value ?? [];
  const own = known.find(({ id }) => id === user.value?.primary_company?.id);
  const home = company.value ?? own ?? known[0];
  const address = home && homeIn(home);
  useEffect(() => {
    if (address) navigate(address, { replace: true });
  }, [address]);
  return null;
}

function Message({ title, text }: { title: string; text: string }) {
  return (
    <div class="empty">
      <Title text={title} />
      <p class="quiet">{text}</p>
    </div>
  );
}
