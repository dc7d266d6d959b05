/** Another delivery made this step of the import meanwhile, or the import is no longer processing. */
export class Superseded extends Error {}
