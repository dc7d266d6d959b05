import { t } from "../../i18n/text.ts";
import { Title } from "../../parts/title.tsx";
import { paths } from "../../paths.ts";
import { KeysView } from "./keys/keys-view.tsx";
import { LinksView } from "./links/links-view.tsx";
import { WebhookView } from "./webhooks/webhook-view.tsx";
import { WebhooksView } from "./webhooks/webhooks-view.tsx";

const PARTS = ["keys", "webhooks", "links"] as const;
type Part = (typeof PARTS)[number];

interface Props {
  companyId: number;
  /** What of it the address names; the first part without one. */
  part: string | undefined;
  id: number | null;
}

/** What programs and other pages come in with, and who is told what happens. */
export default function ConnectView({ companyId, part, id }: Props) {
  const shown = PARTS.find((known) => known === part) ?? "keys";
  return (
    <div class="stack">
      <Title text={t("nav.connect")} />
      <nav class="sections" aria-label={t("nav.connect")}>
        {PARTS.map((one) => (
          <a key={one} href={paths.connect(companyId, one)} aria-current={one === shown ? "page" : undefined}>
            {t(`connect.${one}`)}
          </a>
        ))}
      </nav>
      <Section companyId={companyId} part={shown} id={id} />
    </div>
  );
}

function Section({ companyId, part, id }: Props & { part: Part }) {
  if (part === "keys") return <KeysView companyId={companyId} />;
  if (part === "links") return <LinksView companyId={companyId} />;
  return id === null ? (
    <WebhooksView companyId={companyId} />
  ) : (
    <WebhookView key={id} companyId={companyId} id={id} />
  );
}
