/** Code of every key that an input method takes, also of the one that ends a composition in Safari, where it is no longer composing. */
const TAKEN_BY_INPUT_METHOD = 229;

/** The key belongs to an input method: Enter chooses its word and Escape gives it up, and neither is a command. */
export function isComposing({ isComposing: composing, keyCode }: KeyboardEvent): boolean {
  return composing || keyCode === TAKEN_BY_INPUT_METHOD;
}
