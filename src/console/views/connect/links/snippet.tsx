import { t } from "../../../i18n/text.ts";
import { CopyButton } from "../parts/copy-button.tsx";

/** What a page of others has in it for the importer, and the address that needs no page. */
export function Snippet({ token, onCopied }: { token: string; onCopied: () => void }) {
  const { origin } = window.location;
  const element = `<script type="module" src="${origin}/embed/leadsy-import.js"></script>
<leadsy-import token="${token}"></leadsy-import>`;
  const address = `${origin}/import#${token}`;
  return (
    <>
      <p>{t("links.snippet")}</p>
      <div class="copyable">
        <pre class="snippet">
          <code>{element}</code>
        </pre>
        <CopyButton text={element} label={t("links.snippet.copy")} onCopied={onCopied} />
      </div>
      <p>{t("links.page")}</p>
      <div class="copyable">
        <code class="snippet">{address}</code>
        <CopyButton text={address} label={t("links.page.copy")} onCopied={onCopied} />
      </div>
    </>
  );
}
