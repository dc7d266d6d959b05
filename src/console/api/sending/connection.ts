/** Where the API is, and as whom it is asked. */
export interface Connection {
  /** The origin of the API; empty where it is the page's own. */
  origin: string;
  /** The token of a request, a fresh one where the one before is about to end. */
  token(): Promise<string>;
  /** Finds somebody to go on as, after an answer of 401. @returns whether there is somebody. */
  renew(): Promise<boolean>;
}

let current: Connection | null = null;

/** Says how the API is asked from now on: before the first request. */
export function connect(connection: Connection): void {
  current = connection;
}

/** How the API is asked. */
export function connection(): Connection {
  if (!current) throw new Error("nothing is connected to the API");
  return current;
}
