import { t } from "../../i18n/text.ts";
import { Title } from "../../parts/title.tsx";
import { Invitations } from "./invitations.tsx";
import { Members } from "./members.tsx";

/** Who works with a company, and who is invited to. */
export default function PeopleView({ companyId }: { companyId: number }) {
  return (
    <div class="stack">
      <Title text={t("nav.people")} />
      <Members companyId={companyId} />
      <Invitations companyId={companyId} />
    </div>
  );
}
