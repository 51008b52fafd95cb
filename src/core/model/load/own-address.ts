/**
 * The address of this module, which stays where it is when others are joined; undefined in a bundle of CommonJS, whose code
 * has none.
 */
export const OWN_ADDRESS: string | undefined = import.meta.url;
