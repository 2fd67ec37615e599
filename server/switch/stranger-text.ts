/** Longer than any number that is dialled, with room for names in place of one. */
export const MAX_NUMBER = 64;
export const MAX_NAME = 128;

/** What a stranger has written, as it may be shown and stored: escapes in a URI can bring any character. */
export function plain(text: string, most: number): string {
  return text.replace(/\p{Cc}/gu, '').slice(0, most);
}
