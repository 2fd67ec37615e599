/** How an address takes what is sent to it. */
export interface HookSender {
  /** Resolves with the status of its answer, 100 to 599. Rejects when there was none, with a sentence. */
  send(url: string, headers: Record<string, string>, body: string, signal: AbortSignal): Promise<number>;
}
