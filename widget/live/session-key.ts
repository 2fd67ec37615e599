/** Under which name the session of a server is kept; apart from the vault, so that looking for one does not load it. */
export function sessionKey(server: string): string {
  return `telebar.session.${server}`;
}

/** Under which name sessions are kept that have been ended here and are not known to be over. */
export function endedKey(server: string): string {
  return `telebar.ended.${server}`;
}
