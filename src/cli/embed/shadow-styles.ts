import { build, type Plugin } from "esbuild";
import { BROWSERS } from "../console/browsers.ts";

/** What a page may say of the looks, as `--leadsy-…`: the custom properties of src/console/design/tokens.css. */
const THEMED = [
  ...["accent", "accent-ink", "accent-soft", "ground", "surface", "raised", "line", "edge", "ink", "quiet"],
  ...["focus", "font", "radius", "radius-s"],
];
/** What `rem` is in a browser that nobody has changed: the root of a page of others may be of any size. */
const PIXELS_A_REM = 16;

/**
 * Turns a sheet of styles and what it imports into a text for the shadow tree of an element: what is said of the page's
 * root holds for the element, sizes do not follow the page's, and what depends on the width on that of the element.
 */
export const shadowStyles: Plugin = {
  name: "shadow-styles",
  setup({ onLoad }) {
    onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { outputFiles } = await build({
        entryPoints: [path],
        bundle: true,
        minify: true,
        target: BROWSERS,
        write: false,
      });
      return { contents: inShadow(outputFiles[0]?.text ?? ""), loader: "text" };
    });
  },
};

/** @param css as esbuild minifies it. */
export function inShadow(css: string): string {
  return css
    .replaceAll(":root", ":host")
    .replace(/@media ?\((min-|max-)?width/g, "@container ($1width")
    .replace(/([\d.]{1,12})rem\b/g, (_, size: string) => `${Number(size) * PIXELS_A_REM}px`)
    .replace(/--([a-z-]{1,20}):([^;{}]{1,200})(?=[;}])/g, (said, name: string, value: string) =>
      THEMED.includes(name) ? `--${name}:var(--leadsy-${name},${value})` : said,
    );
}
