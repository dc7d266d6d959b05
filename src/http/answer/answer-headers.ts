/** Headers that are set for an answer before there is one. */
export interface AnswerHeaders {
  set: Record<string, string>;
  added: [name: string, value: string][];
}
