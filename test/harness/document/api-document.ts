/** What is read of the OpenAPI document. */
export interface ApiDocument {
  servers: { url: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: {
    responses: Record<string, AnswerObject>;
    headers: Record<string, HeaderObject>;
  };
}

export interface Operation {
  responses: Record<string, AnswerObject | { $ref: string }>;
}

export interface AnswerObject {
  headers?: Record<string, { $ref: string }>;
  content?: Record<string, { schema?: object; examples?: object }>;
}

/** An answer, and the keys that lead to it from the root of the document. */
export interface Answer extends AnswerObject {
  at: string[];
}

export interface HeaderObject {
  required?: boolean;
  schema: { type?: string };
}
