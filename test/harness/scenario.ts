import { expect } from "vitest";
import { type Call, call } from "./api.ts";

/** One request, and what its answer must and must not contain. */
export interface Scenario {
  name: string;
  path: string;
  call?: Call;
  status: number;
  contains?: (string | RegExp)[];
  lacks?: string[];
  /** Headers of the answer; `null` for one that must be absent. */
  headers?: Record<string, string | RegExp | null>;
}

/** Plays scenarios one after another; a failure names the scenario and shows the answer. */
export async function play(scenarios: Scenario[]): Promise<void> {
  for (const { name, path, call: request, status, contains = [], lacks = [], headers = {} } of scenarios) {
    const response = await call(path, request);
    const text = await response.text();
    const what = `${name}: ${response.status} ${text}`;
    expect(response.status, what).toBe(status);
    for (const part of contains) {
      expect(text, what).toMatch(typeof part === "string" ? literally(part) : part);
    }
    for (const part of lacks) expect(text, what).not.toContain(part);
    for (const [header, wanted] of Object.entries(headers)) {
      const value = response.headers.get(header);
      if (wanted instanceof RegExp) expect(value, `${header} of ${what}`).toMatch(wanted);
      else expect(value, `${header} of ${what}`).toBe(wanted);
    }
  }
}

function literally(text: string): RegExp {
  return new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
}
