/** A name as it is searched for: width, case and blanks around it do not matter. */
export function searchKey(value: string): string {
  return value.normalize('NFKC').toLowerCase().trim();
}

/** Taken literally by `LIKE … ESCAPE '\'`. */
export function escapeLike(value: string): string {
  return value.replace(/[\\%_]/g, (character) => `\\${character}`);
}
