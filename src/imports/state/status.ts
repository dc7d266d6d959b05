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

/** The name of a state. */
export function statusName(status: number): StatusName {
  const entry = Object.entries(STATUS).find(([, value]) => value === status);
  if (!entry) throw new Error(`no import status ${status}`);
  return entry[0] as StatusName;
}
