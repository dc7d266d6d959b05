/** The guides of `docs/` in the order in which people need them, by the names of their files. */
export const GUIDES = [
  "console",
  "importing",
  "leads",
  "people",
  "integrating",
  "running",
  "when-something-is-wrong",
  "developing",
] as const;

export type Guide = (typeof GUIDES)[number];

/** A guide's Markdown, with its title from the first line. */
export interface GuideText {
  guide: Guide;
  title: string;
  markdown: string;
}
