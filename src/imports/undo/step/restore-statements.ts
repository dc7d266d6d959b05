import { JSON_COLUMNS, UPDATABLE } from "../../matching/updated-columns.ts";
import { nameOf } from "../../pipeline/chunk/lead-rows.ts";
import type { RestoredLead } from "./decide-step.ts";

/** The columns that an import changes in leads that are there. */
const COLUMNS = [
  ...UPDATABLE.map(({ column }) => nameOf(column)),
  ...JSON_COLUMNS.map(nameOf),
  "phone_raw",
  "campaign_id",
];

/** The restored leads of these records, each with its before-image. */
const RESTORED = `import_matches m CROSS JOIN leads l ON l.id = m.lead_id
  WHERE m.import_id = ?1 AND m.record_number IN (SELECT value FROM json_each(?2))`;

/**
 * Statements that give leads their values of before, from their before-images: columns, version and time of the last
 * change, tags, and their history without the changes of stage that the import made.
 *
 * @param writtenAt when their chunk was written, in milliseconds since 1970.
 */
export function restoreStatements(
  db: D1Database,
  { importId, companyId, writtenAt }: { importId: number; companyId: number; writtenAt: number },
  restored: readonly RestoredLead[],
): D1PreparedStatement[] {
  if (restored.length === 0) return [];
  const having = (name: string) => restored.filter(({ image }) => Object.hasOwn(image, name));
  const records = (leads: readonly RestoredLead[]) => JSON.stringify(leads.map(({ record }) => record));
  const ids = (leads: readonly RestoredLead[]) => JSON.stringify(leads.map(({ id }) => id));
  const changed = COLUMNS.filter((name) => having(name).length > 0);
  const [renamed, staged, tagged] = [having("external_id"), having("stage_id"), having("tags")];
  const values = changed.map(
    (name) =>
      `${name} = iif(json_type(m.before, '$.${name}') IS NULL, leads.${name}, m.before->>'$.${name}'),`,
  );
  return [
    // Two leads may have changed places: no two have the same at any moment.
    ...(renamed.length > 0
      ? [
          db
            .prepare("UPDATE leads SET external_id = NULL WHERE id IN (SELECT value FROM json_each(?1))")
            .bind(ids(renamed)),
        ]
      : []),
    db
      .prepare(
        `UPDATE leads SET ${values.join(" ")}
           version = m.before->>'$.version', updated_at = m.before->>'$.updated_at'
         FROM import_matches m
         WHERE m.import_id = ?1 AND m.record_number IN (SELECT value FROM json_each(?2)) AND leads.id = m.lead_id`,
      )
      .bind(importId, records(restored)),
    ...(staged.length > 0
      ? [
          db
            .prepare(
              `DELETE FROM lead_stage_changes WHERE lead_id IN (SELECT value FROM json_each(?1))
               AND changed_at = ?2 AND changed_by IS NULL`,
            )
            .bind(ids(staged), writtenAt),
        ]
      : []),
    ...(tagged.length > 0
      ? [
          db
            .prepare(
              `DELETE FROM lead_tags WHERE rowid IN (
                 SELECT t.rowid FROM (SELECT m.lead_id, m.before FROM ${RESTORED}) r
                 CROSS JOIN lead_tags t ON t.lead_id = r.lead_id
                 WHERE t.tag NOT IN (SELECT value FROM json_each(r.before, '$.tags')))`,
            )
            .bind(importId, records(tagged)),
          db
            .prepare(
              `INSERT INTO lead_tags (company_id, lead_id, tag)
               SELECT ?3, r.lead_id, t.value FROM (SELECT m.lead_id, m.before FROM ${RESTORED}) r
               CROSS JOIN json_each(r.before, '$.tags') t WHERE 1 ON CONFLICT DO NOTHING`,
            )
            .bind(importId, records(tagged), companyId),
        ]
      : []),
  ];
}
