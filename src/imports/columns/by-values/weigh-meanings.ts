import type { Stage } from "../../../leads/lead-record.ts";
import { cleanCell } from "../../../leads/normalize/clean-cell.ts";
import { readCountry } from "../../../leads/normalize/countries/read-country.ts";
import { isPlaceholder } from "../../../leads/normalize/placeholders.ts";
import { fold } from "../../../text/fold.ts";
import type { ColumnSample } from "../column.ts";
import { BRACKETS } from "../contact-headers.ts";
import { foldHeader, type HeaderMeaning, withoutOwner } from "../header-names.ts";
import { isState } from "./states.ts";
import { isStatus } from "./statuses.ts";

/** What the cells of a column make of it where its header says something else; `custom` is nothing that is known. */
export interface Weighed {
  index: number;
  meaning: "stage" | "state" | "custom";
}

/** Headers that mean one thing here and another there, folded, without an owner: `Estado del cliente`, `Lead State`. */
const STATE_OR_STATUS: ReadonlySet<string> = new Set(["estado", "state"]);
const SOURCE_OR_PLACE: ReadonlySet<string> = new Set(["origen", "origem", "origin"]);
/** The meanings that a column of nothing but numbers never has. */
const TEXTS: ReadonlySet<HeaderMeaning | undefined> = new Set<HeaderMeaning>([
  "company_name",
  "job_title",
  "city",
  "state",
  "stage",
  "source",
]);
const PLACES: ReadonlySet<HeaderMeaning | undefined> = new Set<HeaderMeaning>(["city", "country"]);

/** Where a company sells, which is no state: `Región` has them, too. */
const MARKETS: ReadonlySet<string> = new Set(
  `latam emea apac mena anz dach nam na amer americas europe europa asia africa global international internacional
   norteamerica centroamerica sudamerica latinoamerica`.split(/\s+/),
);

const MOST = 0.8;
/** How many times as many cells must be of one kind as of another for the column to be of that kind. */
const CLEARLY = 4;
const NO_WORDS = /^[\d\s.,/+#-]+$/;

/**
 * Finds the columns whose header may mean several things, or something that their cells are not: `Estado` is a place
 * here and how far a lead has come there, also as that of a lead or a customer; `Cuenta` is a company or a number.
 */
export function weighMeanings(
  headers: readonly string[],
  meanings: readonly (HeaderMeaning | undefined)[],
  { records }: ColumnSample,
  stages: readonly Stage[],
): Weighed[] {
  const hasPlaces = meanings.some((meaning) => PLACES.has(meaning));
  return headers.flatMap((header, index): Weighed[] => {
    const meaning = meanings[index];
    if (!TEXTS.has(meaning)) return [];
    const texts = textsOf(records, index);
    if (texts.length === 0) return [];
    if (meaning !== "stage" && share(texts, (text) => NO_WORDS.test(text)) >= MOST)
      return [{ index, meaning: "custom" }];
    const name = foldHeader(header.replace(BRACKETS, " "));
    if (meaning === "source" && SOURCE_OR_PLACE.has(name)) {
      const places = share(texts, (text) => isState(text) || readCountry(text) !== null);
      return places > 1 / 2 ? [{ index, meaning: "custom" }] : [];
    }
    if (meaning === "state" && share(texts, (text) => MARKETS.has(fold(text))) > 1 / 2) {
      return [{ index, meaning: "custom" }];
    }
    const noun = withoutOwner(name);
    if ((meaning !== "state" && meaning !== "stage") || !STATE_OR_STATUS.has(noun)) return [];
    if (meaning === "stage") {
      return stateOrStatus(texts, stages, false) === "state" ? [{ index, meaning: "state" }] : [];
    }
    const decided = stateOrStatus(texts, stages, hasPlaces || noun === "state");
    return decided === "state" ? [] : [{ index, meaning: decided }];
  });
}

/** @param isLikelyPlace whether what is not known is a place rather than anything else. */
function stateOrStatus(
  texts: string[],
  stages: readonly Stage[],
  isLikelyPlace: boolean,
): "state" | Weighed["meaning"] {
  const places = share(texts, isState);
  const names = new Set(stages.flatMap(({ key, name }) => [fold(key), fold(name)]));
  const ofCompany = share(texts, (text) => names.has(fold(text)));
  const statuses = share(texts, (text) => names.has(fold(text)) || (!isState(text) && isStatus(text)));
  if (places > 0 && places >= CLEARLY * statuses) return "state";
  if (statuses > 0 && statuses >= CLEARLY * places) return ofCompany >= 1 / 2 ? "stage" : "custom";
  return places + statuses === 0 && isLikelyPlace ? "state" : "custom";
}

function textsOf(records: readonly string[][], index: number): string[] {
  return records.flatMap((record) => {
    const text = cleanCell(record[index] ?? "");
    return text === null || isPlaceholder(text) ? [] : [text];
  });
}

function share(texts: string[], is: (text: string) => boolean): number {
  return texts.filter(is).length / texts.length;
}
