import { endLink, loadLinks } from "../../../api/connect/keys.ts";
import type { ImportLink } from "../../../api/connect/types.ts";
import { t } from "../../../i18n/text.ts";
import { Credentials } from "../parts/credentials.tsx";
import { LinkForm } from "./link-form.tsx";
import { Snippet } from "./snippet.tsx";

/** The links for imports of a company: pages of others import with them. */
export function LinksView({ companyId }: { companyId: number }) {
  return (
    <Credentials<ImportLink>
      noun="links"
      form={(onMade) => <LinkForm companyId={companyId} onMade={onMade} />}
      shown={(token, onCopied) => <Snippet token={token} onCopied={onCopied} />}
      load={(withEnded) => loadLinks(companyId, withEnded)}
      describe={({ allowed_origin, most_records }) => (
        <>
          <span>{allowed_origin}</span>
          <span class="quiet">{t("links.limit", { n: most_records })}</span>
        </>
      )}
      mayEnd={() => true}
      end={endLink}
    />
  );
}
