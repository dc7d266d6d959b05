/** A code that records have: what the error file, lists of errors, the OpenAPI document and the guide say of it. */
export interface RecordCode {
  /** What happened, as it is told of many records at once: a sentence. */
  reason: string;
  /** What to do: a sentence. */
  hint: string;
  /** When a record has it, more exactly: a clause, in Markdown. */
  when: string;
}
