/** What D1 says in its bad minutes, each as its documentation writes it. */
export const D1_TROUBLE = [
  "D1_ERROR: Network connection lost.",
  "D1_ERROR: Cannot resolve D1 DB due to transient issue on remote node.",
  "D1_ERROR: D1 DB reset because its code was updated.",
  "D1_ERROR: Internal error while starting up D1 DB storage caused object to be reset.",
  "D1_ERROR: Internal error in D1 DB storage caused object to be reset.",
  "D1_ERROR: D1 DB storage operation exceeded timeout which caused object to be reset.",
  "D1_ERROR: D1 DB is overloaded. Requests queued for too long.",
  "D1_ERROR: D1 DB is overloaded. Too many requests queued.",
  "D1_ERROR: D1 DB exceeded its CPU time limit and was reset.",
] as const;

/** Trouble with one call: what D1 says (`null`: nothing, ever), and whether the call took effect before. */
export interface Trouble {
  message: string | null;
  tookEffect: boolean;
}

/** Makes a call that meets trouble. */
export async function inTrouble<T>({ message, tookEffect }: Trouble, call: () => Promise<T>): Promise<T> {
  if (tookEffect) await call();
  if (message === null) return new Promise(() => {});
  throw new Error(message);
}
