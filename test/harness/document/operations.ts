import type { Answer, ApiDocument, Operation } from "./api-document.ts";

/** Where an answer is described. */
export interface Described {
  /** Method and path of the operation, for messages. */
  name: string;
  /** The answers of the operation by status, references followed. */
  answers: Map<number, Answer>;
}

type Finder = (method: string, path: string) => Described | undefined;

/**
 * Finds the operation of a request in a document: of several templates that a path matches, the one with the most
 * fixed segments.
 *
 * @returns a function of the method and the path below the server's; it gives `undefined` for an address, or a method,
 * that the document does not have.
 */
export function operationFinder(document: ApiDocument): Finder {
  const templates = Object.entries(document.paths)
    .map(([path, item]) => ({ segments: path.split("/"), path, item, known: new Map<string, Described>() }))
    .sort((a, b) => fixedOf(b.segments) - fixedOf(a.segments));
  const byLength = Map.groupBy(templates, ({ segments }) => segments.length);
  return (method, path) => {
    const segments = path.split("/");
    const template = byLength.get(segments.length)?.find((one) => matches(one.segments, segments));
    // Whatever takes GET takes HEAD.
    const verb = method === "HEAD" ? "get" : method.toLowerCase();
    const operation = template?.item[verb];
    if (!template || !operation) return undefined;
    const known =
      template.known.get(verb) ?? describe(document, `${verb.toUpperCase()} ${template.path}`, operation);
    template.known.set(verb, known);
    return known;
  };
}

function fixedOf(segments: string[]): number {
  return segments.filter((segment) => !isParameter(segment)).length;
}

function matches(template: string[], segments: string[]): boolean {
  return template.every((part, index) =>
    isParameter(part) ? segments[index] !== "" : part === segments[index],
  );
}

function isParameter(segment: string): boolean {
  return segment.startsWith("{");
}

function describe(document: ApiDocument, name: string, operation: Operation): Described {
  const answers = Object.entries(operation.responses).map(([status, answer]) => {
    const reference = "$ref" in answer ? answer.$ref.split("/").at(-1) : undefined;
    const at = reference
      ? ["components", "responses", reference]
      : [
          "paths",
          name.slice(name.indexOf(" ") + 1),
          name.split(" ", 1)[0]?.toLowerCase() ?? "",
          "responses",
          status,
        ];
    const described = "$ref" in answer ? document.components.responses[reference ?? ""] : answer;
    if (!described) throw new Error(`${name} refers to an answer that is not there`);
    return [Number(status), { ...described, at }] as const;
  });
  return { name, answers: new Map(answers) };
}
