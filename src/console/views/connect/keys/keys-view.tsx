import { endKey, loadKeys } from "../../../api/connect/keys.ts";
import type { ApiKey } from "../../../api/connect/types.ts";
import { t } from "../../../i18n/text.ts";
import { Credentials } from "../parts/credentials.tsx";
import { grantableRoles, KeyForm } from "./key-form.tsx";

/** The API keys of a company: programs sign in with them. */
export function KeysView({ companyId }: { companyId: number }) {
  return (
    <Credentials<ApiKey>
      noun="keys"
      form={(onMade) => <KeyForm companyId={companyId} onMade={onMade} />}
      load={(withEnded) => loadKeys(companyId, withEnded)}
      describe={({ role, scopes }) => (
        <>
          <span>{t(`access.${role}`)}</span>
          <span class="quiet">
            {scopes === null ? t("keys.scopes.all") : <code>{scopes.join(" ")}</code>}
          </span>
        </>
      )}
      mayEnd={({ role }) => grantableRoles().includes(role)}
      end={endKey}
    />
  );
}
