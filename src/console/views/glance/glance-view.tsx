import { maySeeImports } from "../../company.ts";
import { t } from "../../i18n/text.ts";
import { Title } from "../../parts/title.tsx";
import { ArrivalsPanel } from "./arrivals-panel.tsx";
import { CyclesPanel } from "./cycles-panel.tsx";
import { ImportsPanel } from "./imports-panel.tsx";

/** A company at a glance: what arrived, how far the cycle is, and how imports came out. */
export default function GlanceView({ companyId }: { companyId: number }) {
  return (
    <div class="stack">
      <Title text={t("nav.overview")} />
      <ArrivalsPanel companyId={companyId} />
      <div class="halves">
        <CyclesPanel companyId={companyId} />
        {maySeeImports.value && <ImportsPanel companyId={companyId} />}
      </div>
    </div>
  );
}
