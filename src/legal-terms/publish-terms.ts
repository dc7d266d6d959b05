import { hash } from "node:crypto";
import { sql } from "drizzle-orm";
import type * as z from "zod";
import { audit, type Origin } from "../audit/record.ts";
import type { UserIdentity } from "../auth/actor.ts";
import type { DirectoryDb } from "../db/clients.ts";
import { commit } from "../db/directory/commit.ts";
import { legalTerms } from "../db/directory/schema.ts";
import { fieldError } from "../errors.ts";
import type { Creation } from "../http/idempotency/creation.ts";
import { type LegalTermRow, listTexts } from "./queries.ts";
import type { PublishBody } from "./schemas.ts";

/**
 * Publishes a version of the terms in all its languages: from then on it is the current one, and everybody is
 * asked to approve it.
 *
 * @param origin of an operator.
 * @returns its texts.
 * @throws 409 where there is such a version already: what has been published does not change.
 */
export async function publishTerms(
  db: DirectoryDb,
  origin: Origin<UserIdentity>,
  { version, texts }: z.output<typeof PublishBody>,
  creation: Creation,
): Promise<LegalTermRow[]> {
  const rows = texts.map((text) => ({
    ...text,
    version,
    sha256: hash("sha256", text.body),
    publishedAt: origin.now,
  }));
  // Every version has a text in English: its id stands for all of them.
  const english = sql`(SELECT id FROM ${legalTerms} WHERE version = ${version} AND locale = 'en')`;
  const [, , published] = await commit(
    db,
    [
      db.insert(legalTerms).values(rows),
      audit(db, origin, {
        action: "legal_term.published",
        companyId: null,
        objectId: english,
        details: { locales: texts.map(({ locale }) => locale) },
      }),
      listTexts(db, version, origin.actor.userId),
      ...creation.record(db, english),
    ],
    {
      "legal_terms.version, legal_terms.locale": () =>
        fieldError(
          "version_exists",
          "version",
          "version_exists",
          "is taken; a text that has been published does not change",
        ),
    },
  );
  return published;
}
