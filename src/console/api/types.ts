/**
 * What the console reads of the API's answers: no more than it shows. test/console/api-types.ts holds it against the
 * schemas of the API, so that a change there does not compile.
 */

export type AccessName = "owner" | "manager" | "agent" | "viewer";

export interface User {
  id: number;
  full_name: string;
  email: string;
  locale: "en" | "es" | "pt";
  primary_company: { id: number; name: string } | null;
}

export interface Session {
  token: string;
  expires_at: string;
  user: User;
}

export interface Company {
  id: number;
  name: string;
  parent_company_id: number | null;
}

export interface UserAccess {
  id: number | null;
  company_id: number;
  access_name: AccessName;
  status: "active" | "suspended" | "pending";
}

/** Somebody with an access in a company. */
export interface CompanyPerson {
  id: number;
  full_name: string;
  email: string;
  status: "pending" | "active" | "disabled";
  user_access: { id: number; access_name: AccessName };
}

export interface Invitation {
  id: number;
  email: string;
  access_name: AccessName;
  expires_at: string;
}

/** A session in the list of one's own. */
export interface ListedSession {
  id: number;
  current: boolean;
  ip: string | null;
  user_agent: string | null;
  last_used_at: string;
}

export interface Campaign {
  id: number;
  name: string;
  status: "draft" | "active" | "paused" | "ended";
}

export interface Question {
  key: string;
  text: string;
  kind: "single_choice" | "multiple_choice" | "text" | "number" | "date" | "boolean";
  archived: boolean;
  options: { label: string; value: string; archived: boolean }[];
}

export interface Stage {
  id: number;
  name: string;
  key: string;
  kind: "initial" | "open" | "won" | "lost";
}

export interface Person {
  id: number;
  full_name: string;
}

export interface PageMeta {
  next_page: number | null;
  total_records: number;
  total_is_at_least?: boolean | undefined;
}

export interface LeadsMeta {
  total_records: number | null;
  total_is_at_least?: boolean | undefined;
  next_cursor: string | null;
}

export type LeadText =
  | "email"
  | "phone"
  | "phone_raw"
  | "first_name"
  | "last_name"
  | "company_name"
  | "job_title"
  | "city"
  | "state"
  | "country"
  | "source"
  | "notes"
  | "external_id"
  | "website";

export type AnswerValue = string | number | boolean | string[];

export interface Lead extends Record<LeadText, string | null> {
  id: number;
  company_id: number;
  campaign_id: number | null;
  full_name: string;
  stage: Stage | Omit<Stage, "position">;
  assigned_to: Person | null;
  answers: Record<string, AnswerValue>;
  custom_fields: Record<string, string>;
  tags: string[];
  duplicate_of: number | null;
  import: { import_code: string; record_number: number } | null;
  created_at: string;
  updated_at: string;
  deleted_at: string | null;
}

/** What arrived in each period, of those that have something in common. */
export interface ArrivalGroup {
  key: string | null;
  name: string | null;
  arrived: number[];
}

export interface LeadMetrics {
  total: number;
  over_time: { period: string; arrived: number; won: number; lost: number }[];
  grouped: { counted: number; groups: ArrivalGroup[]; others: number[] } | null;
}

export interface Cycle {
  id: number;
  name: string;
  starts_at: string;
  ends_at: string;
  state: "upcoming" | "current" | "past";
  lead_goal: number | null;
  leads_count: number;
  goal_rate: number | null;
}

export interface LeadNote {
  id: number;
  body: string;
  author: Person;
  created_at: string;
}

export interface StageChange {
  id: number;
  from_stage: { name: string; key: string };
  to_stage: { name: string; key: string };
  changed_by: Person | null;
  changed_at: string;
}
