/** A sheet of styles that the build turns into a text: src/cli/embed/shadow-styles.ts. */
declare module "*.css" {
  const text: string;
  export default text;
}
