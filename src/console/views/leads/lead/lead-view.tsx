import { useSignal } from "@preact/signals";
import { changeLead, loadLead } from "../../../api/leads.ts";
import { Problem } from "../../../api/problem.ts";
import { maySeeImports, mayWork } from "../../../company.ts";
import { formatTime } from "../../../i18n/format.ts";
import { t } from "../../../i18n/text.ts";
import { useLoad } from "../../../parts/load.ts";
import { ProblemNotice } from "../../../parts/problem-notice.tsx";
import { Loading, Title } from "../../../parts/title.tsx";
import { paths } from "../../../paths.ts";
import { cameFrom } from "../../../router.ts";
import { nameOf, StageBadge } from "../leads-table.tsx";
import { Copies } from "./copies.tsx";
import { Facts } from "./facts.tsx";
import { History } from "./history.tsx";
import { Notes } from "./notes.tsx";
import { WorkPanel } from "./work-panel.tsx";

/** A lead: who it is, what it said, where it came from, and what was done with it. */
export default function LeadView({ companyId, id }: { companyId: number; id: number }) {
  const { loaded, reload } = useLoad((signal) => loadLead(id, signal));
  const problem = useSignal<unknown>(null);
  const { value } = loaded.value;
  if (!value) {
    return loaded.value.state === "failed" ? (
      <ProblemNotice error={loaded.value.error} onRetry={reload} />
    ) : (
      <Loading />
    );
  }
  const { lead, etag } = value;
  const change = async (changes: object) => {
    problem.value = null;
    try {
      loaded.value = { state: "ready", value: await changeLead(id, changes, etag) };
    } catch (error) {
      problem.value = error;
      // Somebody else was faster: show what the lead is now.
      if (error instanceof Problem && error.status === 412) reload();
    }
  };
  return (
    <div class="stack">
      <a href={paths.leads(companyId)} class="small" onClick={(event) => backToList(event, companyId)}>
        ← {t("nav.leads")}
      </a>
      <Title text={nameOf(lead)}>
        <StageBadge stage={lead.stage} />
        {lead.deleted_at && <span class="badge bad">{t("lead.deleted")}</span>}
      </Title>
      {problem.value !== null && <ProblemNotice error={problem.value} />}
      <div class="lead-page">
        <div class="stack">
          <Facts lead={lead} />
          <Notes id={lead.id} mayWrite={mayWork.value} />
        </div>
        <div class="stack">
          {mayWork.value && <WorkPanel lead={lead} companyId={companyId} onChange={change} />}
          <section class="panel rows">
            <h2>{t("lead.origin")}</h2>
            <p>{t("lead.created", { time: formatTime(lead.created_at) })}</p>
            {lead.import && maySeeImports.value && (
              <p>
                <a href={paths.import(companyId, lead.import.import_code)}>{t("lead.import")}</a>,{" "}
                {t("lead.record", { n: lead.import.record_number })}
              </p>
            )}
          </section>
          <History key={`${lead.stage.id} ${lead.updated_at}`} id={lead.id} />
          <Copies key={lead.updated_at} lead={lead} onMerged={reload} />
        </div>
      </div>
    </div>
  );
}

/** Back to the list as it was, where one came from there. */
function backToList(event: MouseEvent, companyId: number): void {
  if (event.ctrlKey || event.metaKey || event.shiftKey || !cameFrom(paths.leads(companyId))) return;
  event.preventDefault();
  history.back();
}
