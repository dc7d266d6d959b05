/** What is said of a code. */
interface Meaning {
  when: string;
  hint: string;
}

/** The codes of a table, for an enumeration. */
export function codesOf<Code extends string>(table: Readonly<Record<Code, unknown>>): [Code, ...Code[]] {
  return Object.keys(table) as [Code, ...Code[]];
}

/**
 * What the OpenAPI document says of the codes of a table: in the description, which everyone reads, and in the extension
 * that Redocly and Scalar show beside each value.
 *
 * @param what all of them are: a sentence.
 * @see https://redocly.com/docs-legacy/api-reference-docs/specification-extensions/x-enum-descriptions
 */
export function meaningsOf(what: string, table: Readonly<Record<string, Meaning>>) {
  const meanings = Object.entries(table).map(
    ([code, { when, hint }]) => [code, `${plain(when)}. ${plain(hint)}`] as const,
  );
  const list = meanings.map(([code, meaning]) => `- \`${code}\`: ${meaning}`).join("\n");
  return { description: `${what}\n\n${list}`, "x-enumDescriptions": Object.fromEntries(meanings) };
}

/** A table of codes in Markdown, for a guide. */
export function codeTable(table: Readonly<Record<string, Meaning>>): string {
  const rows = Object.entries(table).map(([code, { when, hint }]) => `| \`${code}\` | ${when} | ${hint} |`);
  return ["| Code | When | What to do |", "|---|---|---|", ...rows].join("\n");
}

/** Text without the addresses of its links, which are those of a guide. */
function plain(markdown: string): string {
  return markdown.replace(/\[([^[\]]*)\]\([^()]*\)/g, "$1");
}
