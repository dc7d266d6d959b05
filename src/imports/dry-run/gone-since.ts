import type { Tenant } from "../../db/leads/tenant.ts";
import type { Question } from "../../leads/lead-record.ts";
import { isPlaceholder } from "../../leads/normalize/placeholders.ts";
import { shorten } from "../../leads/normalize/shorten.ts";
import { findCampaignQuestions } from "../../questions/campaign-questions.ts";
import type { StageRow } from "../../stages/queries.ts";
import { isClear } from "../cleaning/clears.ts";
import { findStage } from "../cleaning/values/stages.ts";
import { mappedTo } from "../columns/mapping.ts";
import { FileProblem } from "../readers/file-problem.ts";
import type { ImportState, ReadingPlan } from "../state/import-state.ts";

/** What of an import says which questions, choices and stages its dry run was about. */
type Tried = Pick<ImportState, "companyId" | "campaignId" | "layout" | "mapping" | "constants">;

const MOST_NAMED = 10;

/**
 * Finds what is gone since a dry run of what its plan is about: questions that are not asked any more, choices that are
 * not offered, and stages that its mapping or its constants name. A commit would lose what records say of them.
 *
 * @returns a sentence that names them and says what to do; `null` where nothing is gone.
 */
export async function findGone(
  tenant: Tenant,
  { companyId, campaignId, layout, mapping, constants }: Tried,
  listStages: () => Promise<StageRow[]>,
): Promise<string | null> {
  const { columns = [], constants: ofAll = [] } = (layout ?? {}) as Partial<ReadingPlan>;
  const asked = [...columns, ...ofAll].flatMap((column) =>
    column.kind === "question" ? [column.question] : [],
  );
  const stages = stagesIn({ mapping, constants });
  const [today, known] = await Promise.all([
    asked.length > 0 && campaignId !== null ? findCampaignQuestions(tenant, companyId, campaignId) : [],
    stages.length > 0 ? listStages() : [],
  ]);
  const gone = [
    ...asked.flatMap((question) => goneOf(question, today ?? [])),
    ...stages.filter((text) => findStage(text, known) === undefined).map((text) => `stage ${quoted(text)}`),
  ];
  if (gone.length === 0) return null;
  const more = gone.length > MOST_NAMED ? ` and ${gone.length - MOST_NAMED} more` : "";
  return (
    `Since the dry run there is no more ${gone.slice(0, MOST_NAMED).join(", ")}${more}: the import would not come out as ` +
    "announced. Run a dry run again: send the file with dry_run=true, and commit that."
  );
}

/** @throws FileProblem `dry_run_outdated` where something is gone: see {@link findGone}. */
export async function assertNothingGone(
  tenant: Tenant,
  tried: Tried,
  listStages: () => Promise<StageRow[]>,
): Promise<void> {
  const gone = await findGone(tenant, tried, listStages);
  if (gone !== null) throw new FileProblem("dry_run_outdated", gone);
}

function goneOf({ id, key, kind, options }: Question, today: readonly Question[]): string[] {
  const question = today.find((one) => one.id === id && one.kind === kind);
  if (question === undefined) return [`question ${quoted(key)}`];
  const offered = new Set(question.options.filter(({ archived }) => !archived).map(({ value }) => value));
  return options
    .filter(({ value, archived }) => !archived && !offered.has(value))
    .map(({ label }) => `choice ${quoted(label)} of the question ${quoted(key)}`);
}

/** The stages that a mapping and constants name. */
function stagesIn({ mapping, constants }: Pick<Tried, "mapping" | "constants">): string[] {
  const ofCells = Object.values(mapping ?? {}).flatMap((entry) => {
    const { to, values = {} } = mappedTo(entry);
    return to === "stage" ? Object.values(values) : [];
  });
  return [...ofCells, constants?.stage ?? ""]
    .map((text) => text.trim())
    .filter((text) => text !== "" && !isClear(text) && !isPlaceholder(text));
}

function quoted(text: string): string {
  return `“${shorten(text)}”`;
}
