import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Lead } from "../../api/types.ts";
import { formatTime } from "../../i18n/format.ts";
import { t } from "../../i18n/text.ts";
import { paths } from "../../paths.ts";
import type { LeadsSource } from "./leads-source.ts";

/** As leads.css has it, in pixels. */
const ROW_PX = 60;
/** How many rows are drawn beyond what is seen, on both sides. */
const BEYOND = 12;
/** How many rows before the end of what is known the next part is asked for. */
const EARLY = 60;

/** A list of leads of any length: only what is near the window is drawn. */
export function LeadsTable({ source, companyId }: { source: LeadsSource; companyId: number }) {
  const list = useRef<HTMLUListElement>(null);
  const window_ = useSignal({ from: 0, to: 40 });
  const leads = source.leads.value;

  useEffect(() => {
    let frame = 0;
    const measure = () => {
      frame = 0;
      const top = list.current?.getBoundingClientRect().top ?? 0;
      const first = Math.max(0, Math.floor(-top / ROW_PX) - BEYOND);
      const last = Math.ceil((innerHeight - top) / ROW_PX) + BEYOND;
      const { from, to } = window_.peek();
      if (first !== from || last !== to) window_.value = { from: first, to: last };
      if (last + EARLY > source.leads.peek().length) void source.more();
    };
    const onScroll = () => {
      frame ||= requestAnimationFrame(measure);
    };
    measure();
    addEventListener("scroll", onScroll, { passive: true });
    addEventListener("resize", onScroll);
    return () => {
      cancelAnimationFrame(frame);
      removeEventListener("scroll", onScroll);
      removeEventListener("resize", onScroll);
    };
  }, [source, window_, leads.length]);

  const { from, to } = window_.value;
  return (
    <ul ref={list} class="leads" aria-label={t("nav.leads")} style={{ height: `${leads.length * ROW_PX}px` }}>
      {leads.slice(from, to).map((lead, index) => (
        <LeadRow key={lead.id} lead={lead} companyId={companyId} at={from + index} />
      ))}
    </ul>
  );
}

function LeadRow({ lead, companyId, at }: { lead: Lead; companyId: number; at: number }) {
  return (
    <li class="lead-row" style={{ transform: `translateY(${at * ROW_PX}px)` }}>
      <a href={paths.lead(companyId, lead.id)} class="lead-name">
        {nameOf(lead)}
      </a>
      <span class="lead-contact quiet">
        {[lead.email, lead.phone ?? lead.phone_raw].filter(Boolean).join(" · ")}
      </span>
      <span class="lead-company quiet">{lead.company_name}</span>
      <span class="lead-stage">
        <StageBadge stage={lead.stage} />
      </span>
      <span class="lead-assignee quiet">{lead.assigned_to?.full_name}</span>
      <span class="lead-time quiet small">{formatTime(lead.created_at)}</span>
    </li>
  );
}

/** What a lead is called: by what is known of it. */
export function nameOf({ full_name, email, phone, external_id, id }: Lead): string {
  return full_name || email || phone || external_id || `#${id}`;
}

/** A stage, coloured by what it means. */
export function StageBadge({ stage: { name, kind } }: { stage: Lead["stage"] }) {
  const tone = { initial: "", open: "", won: "good", lost: "bad" }[kind];
  return <span class={`badge ${tone}`}>{name}</span>;
}
