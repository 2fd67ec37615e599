/** What was given, over what there was; absent: as it was. */
export function patched<T extends object>(row: T, patch: { [K in keyof T]?: T[K] | undefined }): T {
  return { ...row, ...Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined)) };
}
