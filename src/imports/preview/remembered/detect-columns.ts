import type { Question } from "../../../leads/lead-record.ts";
import { foldHeader } from "../../columns/header-names.ts";
import { type Mapping, mappedTo } from "../../columns/mapping.ts";
import { FileProblem } from "../../readers/file-problem.ts";
import type { Layout } from "../../readers/reader.ts";
import type { ReadingPlan } from "../../state/import-state.ts";
import { targetOf } from "../propose-mapping.ts";
import {
  type HeaderChanges,
  type Recalled,
  type Remembered,
  recall,
  withSaid,
} from "./remembered-mapping.ts";

/** How a file is laid out, and what its columns are. */
export interface Planned {
  layout: Layout;
  plan: ReadingPlan;
}

/** Reads a file's layout and columns with a mapping. @throws FileProblem where it cannot be read so. */
type Read = (mapping: Mapping | null) => Planned;

interface Detected {
  detected: Planned;
  /** The mapping that it was read with. */
  used: Mapping | null;
  /** How the header differs from that of the last time; `null` where no mapping was remembered. */
  changes: HeaderChanges | null;
}

/**
 * Reads what the columns of a file are: by what is said of them, by the last time, and by themselves.
 *
 * @throws FileProblem where the file cannot be read.
 */
export function detectColumns(
  read: Read,
  said: Mapping | null,
  remembered: readonly Remembered[],
  questions: Question[],
): Detected {
  const about = { read, said, remembered, questions };
  let first: Planned;
  try {
    first = read(said);
  } catch (error) {
    // Of a header that says nothing by itself, the last time may say what it means.
    if (!(error instanceof FileProblem) || error.code !== "no_contact_column") throw error;
    const tried = new Set<string>();
    for (const { header } of remembered) {
      const names = JSON.stringify(header);
      if (tried.has(names)) continue;
      tried.add(names);
      const again = readRecalled(about, header, null);
      if (again && isSameHeader(again.detected.layout.header, header)) return again;
    }
    throw error;
  }
  return readRecalled(about, first.layout.header, first) ?? { detected: first, used: said, changes: null };
}

interface About {
  read: Read;
  said: Mapping | null;
  remembered: readonly Remembered[];
  questions: Question[];
}

/** The same file read with the mapping that a header had the last time; `null` where it had none that fits. */
function readRecalled(
  { read, said, remembered, questions }: About,
  header: readonly string[],
  first: Planned | null,
): Detected | null {
  const known = recall(remembered, header, questions);
  if (!known) return null;
  const kept = withSaid(known.mapping, said);
  const planned = readAlike(first, () => read(kept));
  const renamed = planned && readRenamed(known, planned, kept, said, read);
  const { detected, mapping } = renamed ?? { detected: planned, mapping: kept };
  if (!detected) return null;
  const isSaid = new Set(Object.keys(said ?? {}).map(foldHeader));
  const columns = detected.plan.columns.map((column) => {
    if (column.foundBy !== "mapping" || isSaid.has(foldHeader(column.header))) return column;
    const isRenamed = renamed !== null && isNamed(column.header, known.renamed?.to);
    return { ...column, foundBy: isRenamed ? ("renamed" as const) : ("remembered" as const) };
  });
  return {
    detected: { ...detected, plan: { ...detected.plan, columns } },
    used: mapping,
    changes: renamed ? withRenamed(known) : known.changes,
  };
}

/**
 * The same file with a new column as the one that it is in the place of; `null` where nothing says so: where its header
 * or its cells say what it is, or another column is that already.
 */
function readRenamed(
  { renamed }: Recalled,
  planned: Planned,
  mapping: Mapping,
  said: Mapping | null,
  read: Read,
): { detected: Planned; mapping: Mapping } | null {
  if (renamed === null) return null;
  const { to, entry } = renamed;
  const column = planned.plan.columns.find(({ header }) => isNamed(header, to));
  if (column?.kind !== "custom" || column.foundBy !== undefined) return null;
  const target = mappedTo(entry).to;
  const isTaken = planned.plan.columns.some((one) => targetOf(one) === target);
  if (isTaken || Object.keys(said ?? {}).some((name) => isNamed(name, to))) return null;
  const withIt = { ...mapping, [column.header]: entry };
  const detected = readAlike(planned, () => read(withIt));
  return detected && { detected, mapping: withIt };
}

function isNamed(header: string, name: string | undefined): boolean {
  return name !== undefined && foldHeader(header) === foldHeader(name);
}

/** The changes of a header, with the column that was taken for a renamed one among these. */
function withRenamed({ changes, renamed }: Recalled): HeaderChanges {
  if (renamed === null) return changes;
  const { from, to } = renamed;
  return { ...changes, gone: [], new: [], renamed: [{ from, to }] };
}

function isSameHeader(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name, at) => foldHeader(name) === foldHeader(b[at] ?? ""));
}

/**
 * The same file read with another mapping; `null` where that would find its header elsewhere. The names of a mapping
 * are what a header is found by.
 *
 * @param detected how it was read before; `null` where it could not be.
 */
export function readAlike(detected: Planned | null, read: () => Planned): Planned | null {
  try {
    const planned = read();
    const isAlike =
      detected === null ||
      (planned.layout.dataOffset === detected.layout.dataOffset &&
        planned.layout.delimiter === detected.layout.delimiter);
    return isAlike ? planned : null;
  } catch (error) {
    if (error instanceof FileProblem) return null;
    throw error;
  }
}
