/** The browsers that pages of ours are for, as esbuild names them. */
export const BROWSERS = ["chrome123", "firefox121", "safari17.5"];
