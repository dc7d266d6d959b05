/** The states of an import, by the number that the API shows. */
export const STATUS = {
  pending: 0,
  processing: 1,
  completed: 2,
  completed_with_errors: 3,
  failed: 4,
  cancelled: 5,
  validated: 6,
  undone: 7,
} as const;

export type StatusName = keyof typeof STATUS;

/** What each state means: a clause. */
export const STATUS_MEANINGS: Readonly<Record<StatusName, string>> = {
  pending: "the file was taken and waits for its turn",
  processing: "its records are being dealt with",
  completed: "every record became a lead, or was one",
  completed_with_errors: "some records were rejected: the error file has them",
  failed: "the file as a whole could not be used, or not to its end: `failure` says why",
  cancelled: "somebody ended it; what was imported by then stays, and `retry` goes on",
  validated: "a dry run: what would become of each record is known, and nothing was written",
  undone: "what it had changed was taken back",
};

/** The name of a state. */
export function statusName(status: number): StatusName {
  const entry = Object.entries(STATUS).find(([, value]) => value === status);
  if (!entry) throw new Error(`no import status ${status}`);
  return entry[0] as StatusName;
}
