import { and, eq } from "drizzle-orm";
import { type Databases, openLeads } from "../../db/clients.ts";
import { companies, users } from "../../db/directory/schema.ts";
import { STORE_SPAN } from "../../db/leads/provision.ts";
import { imports } from "../../db/leads/schema.ts";
import { settingsOf } from "../../env.ts";
import { codeText } from "../../imports/report/error-texts/texts.ts";
import { stillSeesImports } from "../../imports/report/link-holder.ts";
import { readGroups } from "../../imports/report/list-errors.ts";
import { statusName } from "../../imports/state/status.ts";
import type { Letter } from "../compose.ts";
import type { MailRow } from "../outbox.ts";
import { ENDS } from "../templates/wording.ts";

/** So many kinds of trouble are told; the page of the import has all. */
const MOST_GROUPS = 10;

/** What of an import is told. */
const TOLD = {
  importCode: imports.importCode,
  companyId: imports.companyId,
  status: imports.status,
  fileName: imports.fileName,
  nextRecord: imports.nextRecord,
  createdRecords: imports.createdRecords,
  updatedRecords: imports.updatedRecords,
  unchangedRecords: imports.unchangedRecords,
  duplicateRecords: imports.duplicateRecords,
  failedRecords: imports.failedRecords,
  warningRecords: imports.warningRecords,
  failureDetail: imports.failureDetail,
};

/**
 * What the mail about an ended import is to say, to the one who sent the file.
 *
 * @returns `null` where they do not want it any more, their address is another one or unproven, or they do not see
 * the import any more, or it is not at its end any more.
 */
export async function importLetter(env: Env, databases: Databases, mail: MailRow): Promise<Letter | null> {
  const { email, userId, importId } = mail;
  const db = databases.directory;
  if (userId === null || importId === null) return null;
  const user = await db
    .select({
      status: users.status,
      emailConfirmedAt: users.emailConfirmedAt,
      locale: users.locale,
      firstName: users.firstName,
    })
    .from(users)
    .where(and(eq(users.id, userId), eq(users.email, email), eq(users.importMails, true)))
    .get();
  if (user?.status !== "active" || user.emailConfirmedAt === null) return null;
  const store = Math.floor(importId / STORE_SPAN);
  if (store >= databases.stores) return null;
  const leads = openLeads(databases.leads(store));
  const [row, groups] = await Promise.all([
    leads.select(TOLD).from(imports).where(eq(imports.id, importId)).get(),
    readGroups(leads, importId),
  ]);
  const status = row && ENDS.find((end) => end === statusName(row.status));
  if (!row || !status) return null;
  const [isSeen, company] = await Promise.all([
    stillSeesImports(db, userId, row.companyId),
    db.select({ name: companies.name }).from(companies).where(eq(companies.id, row.companyId)).get(),
  ]);
  if (!isSeen) return null;
  const { publicUrl, appUrl } = settingsOf(env);
  return {
    kind: "import_ended",
    locale: user.locale,
    name: user.firstName,
    file: row.fileName,
    company: company?.name ?? "",
    status,
    ledger: {
      total: row.nextRecord - 1,
      created: row.createdRecords,
      updated: row.updatedRecords,
      unchanged: row.unchangedRecords,
      duplicate: row.duplicateRecords,
      failed: row.failedRecords,
      warnings: row.warningRecords,
    },
    // It is kept in English alone.
    failure: user.locale === "en" ? row.failureDetail : null,
    groups: groups.slice(0, MOST_GROUPS).map(({ code, severity, column, count }) => ({
      says: codeText(code, severity, user.locale),
      column,
      count,
    })),
    // The console is served by this Worker.
    page: `${publicUrl || appUrl}/console/c/${row.companyId}/imports/${row.importCode}`,
  };
}
