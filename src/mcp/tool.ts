import type * as z from "zod";
import type { Api } from "./api.ts";

/** What a tool works with. */
export interface ToolContext {
  api: Api;
  env: Env;
  /** The header of the request. */
  authorization: string;
  /** Milliseconds since 1970. */
  now: number;
}

/** Why a tool does nothing, in words for a model and whom it works for. */
export class ToolProblem extends Error {}

/** A tool: what a model reads of it, and the requests that it makes. */
export interface Tool {
  name: string;
  description: string;
  input: z.ZodObject;
  /** Whether it changes nothing, and whether what it changes cannot be taken back by it. */
  hints?: { readOnlyHint?: true; destructiveHint?: boolean; idempotentHint?: true };
  /** @returns what is shown to the model, as JSON. */
  run(args: Record<string, unknown>, context: ToolContext): Promise<unknown>;
}

/** Declares a tool. Its requests get what its schema has read. */
export function tool<Schema extends z.ZodObject>(
  spec: Omit<Tool, "input" | "run"> & {
    input: Schema;
    run(args: z.output<Schema>, context: ToolContext): Promise<unknown>;
  },
): Tool {
  return spec as unknown as Tool;
}
