import { GLOSSARY, PARAMETERS_GLOSSARY } from "./words.ts";

/**
 * Describes properties whose schema says nothing of them by the glossary.
 *
 * @param name of the schema that they stand in, which the glossary may name.
 */
export function describeProperties(schema: unknown, name = ""): void {
  if (typeof schema !== "object" || schema === null) return;
  const { properties, ...rest } = schema as {
    properties?: Record<string, { description?: string; $ref?: string }>;
  };
  for (const [key, property] of Object.entries(properties ?? {})) {
    const meaning = GLOSSARY[`${name}.${key}`] ?? GLOSSARY[key];
    if (meaning && !property.description && !property.$ref) property.description = meaning;
    describeProperties(property, name);
  }
  for (const [key, part] of Object.entries(rest)) {
    if (key !== "example" && key !== "examples") describeProperties(part, name);
  }
}

interface Described {
  name?: string;
  description?: string;
}

/** Describes parameters whose schema says nothing of them. @param paths of the document. */
export function describeParameters(paths: object): void {
  const operations = Object.values(paths).flatMap((path: object) => Object.values(path));
  for (const { parameters = [] } of operations as { parameters?: Described[] }[]) {
    for (const parameter of parameters) {
      const meaning = PARAMETERS_GLOSSARY[parameter.name ?? ""];
      if (meaning) parameter.description ??= meaning;
    }
  }
}
