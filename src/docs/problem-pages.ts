import { ERRORS, type ErrorCode } from "../errors.ts";
import type { Route } from "../http/route.ts";
import { ERROR_EXAMPLES } from "../openapi/error-examples.ts";
import { errorsOf } from "../openapi/problems.ts";

/** A page about an error: its `type` is the address of it. */
export interface ProblemPage {
  code: ErrorCode;
  title: string;
  markdown: string;
}

/** The pages about all errors, for those who follow the `type` of one: what it looks like, and which operations give it. */
export function problemPages(routes: readonly Route[]): ProblemPage[] {
  return (Object.entries(ERRORS) as [ErrorCode, (typeof ERRORS)[ErrorCode]][]).map(
    ([code, [status, title]]) => {
      const { value } = ERROR_EXAMPLES[code];
      const from = routes.filter(({ spec }) => errorsOf(spec).includes(code));
      const operations =
        from.length === routes.length
          ? "Every operation can give it."
          : from
              .map(({ spec }) => `- \`${spec.method.toUpperCase()} ${spec.path}\`: ${spec.summary}`)
              .join("\n");
      const markdown = [
        `# ${title}`,
        `\`${code}\`, with the status ${status}. \`detail\` of an answer says what is so in this case, and what to do. For instance:`,
        `> ${value.detail}`,
        `\`\`\`json\n${JSON.stringify(value, null, 2)}\n\`\`\``,
        "## Operations",
        operations || "An address or a method that there is not gives it.",
        "All errors, and how to repeat requests: [Integrating](integrating.md#errors).",
      ].join("\n\n");
      return { code, title, markdown };
    },
  );
}
