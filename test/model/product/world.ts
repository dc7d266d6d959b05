import { env } from "cloudflare:test";

/** A statement on the directory. */
export const prepare = (sql: string, ...values: unknown[]) => env.DIRECTORY.prepare(sql).bind(...values);
export type Row = Record<string, number>;

/** What the people and things of the model, counted from 0, are in the product. */
export interface World {
  /** `null` for who has no account. */
  userIds: (number | null)[];
  emails: string[];
  companyIds: number[];
  invitationIds: number[];
  keyIds: number[];
  /** The secrets of keys, in the order of their ids. */
  secrets: string[];
  devices: Device[];
  /** How often all sessions of each account were ended. */
  versions: number[];
  /** The id of each access, by `person/company`. */
  accessIds: Map<string, number>;
  /** The hashes of passwords that somebody else has chosen. */
  strangers: Set<string>;
}

/** A session that was there from the start. */
export interface Device {
  person: number;
  /** Under which it is listed. */
  id: number;
  family: string;
  firstToken: string;
  /** The one to be exchanged next. */
  token: string;
}

/** Nothing has it. */
export const NO_ID = 999_999_999;
