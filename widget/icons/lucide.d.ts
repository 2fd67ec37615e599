declare module 'lucide/dist/esm/icons/*.mjs' {
  /** Children of a 24 x 24 SVG: tag and attributes. */
  const node: readonly (readonly [tag: string, attributes: Readonly<Record<string, string | number>>])[];
  export default node;
}
