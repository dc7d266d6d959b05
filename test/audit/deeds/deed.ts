import type { AuditAction } from "../../../src/audit/record.ts";
import type { Call } from "../../harness/api.ts";

/** What the trail has to have of a deed; who did it, in whose name, and to what. */
export interface Told {
  action: AuditAction;
  actor: number | null;
  company: number | null;
  object: number;
  /** Whether it is told without where it was done from: the company is not to learn that. */
  isFromNowhere?: boolean;
}

/** A real call of a route that changes something. */
interface Deed {
  path: string;
  asked: Call;
  /** Where the deed is one that is refused and told all the same. */
  status?: number;
  // biome-ignore lint/suspicious/noExplicitAny: the body of whatever answer.
  told: (answer: any) => Told[] | Promise<Told[]>;
}

/** What is done with each route, by its name and then by what it is. */
export type Deeds = Record<string, Record<string, () => Promise<Deed>>>;
