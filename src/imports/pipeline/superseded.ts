/** A step of an import was made by somebody else meanwhile, or the import is no longer processing. */
export class Superseded extends Error {}
