/** What is done with a record that is a lead's person already. */
export type OnDuplicate = "skip" | "update" | "create";

/**
 * What a link for imports allows: an API key for other people's pages, which imports into one company and campaign and
 * does nothing else.
 */
export interface ImportLink {
  /** Whose questions are columns of its files; `null` for none. */
  campaignId: number | null;
  /** How many records a file of its may have. */
  mostRecords: number;
  /** The origin of the page that it is for. */
  allowedOrigin: string;
  onDuplicate: OnDuplicate;
}
