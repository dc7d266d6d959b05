import { useRef } from "preact/hooks";
import type { Preview } from "../console/api/import-types.ts";
import type { Question } from "../console/api/types.ts";
import { isFieldTarget } from "../console/views/import/columns/targets.ts";

/**
 * The questions that columns were found to answer. A link sees no list of a campaign's questions: a column can go back
 * to the one that was proposed for it, by the name that its header has.
 */
export function useProposedQuestions(preview: Preview | null): Question[] {
  const known = useRef(new Map<string, Question>());
  for (const { target, header } of preview?.columns ?? []) {
    if (target === null || isFieldTarget(target) || known.current.has(target)) continue;
    known.current.set(target, {
      key: target,
      text: header,
      kind: "text",
      archived: false,
      options: [],
    });
  }
  return [...known.current.values()];
}
