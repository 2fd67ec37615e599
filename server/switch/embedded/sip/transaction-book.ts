import type { Flow } from './flow.ts';
import type { ServerTransaction } from './server-transaction.ts';

/**
 * Server transactions that are kept at once, of one flow and of all. Only requests of authenticated peers, of the trunk and
 * of live dialogs are kept, so these are bounds for peers that have gone wrong.
 */
const MOST_OF_SOCKET = 100;
const MOST_OF_FLOW = 1_000;
const MOST = 20_000;

/** The server transactions, by key and by flow; an answered one makes room when there are too many. */
export class TransactionBook {
  readonly #byKey = new Map<string, ServerTransaction>();
  /** Of each flow, the oldest first. */
  readonly #byFlow = new Map<string, Set<ServerTransaction>>();

  get size(): number {
    return this.#byKey.size;
  }

  get(key: string): ServerTransaction | undefined {
    return this.#byKey.get(key);
  }

  ofFlow(flow: Flow): ServerTransaction[] {
    return [...(this.#byFlow.get(flow.id) ?? [])];
  }

  all(): Iterable<ServerTransaction> {
    return this.#byKey.values();
  }

  /** Makes room for one more of a flow. False when all that there is still waits for its answer. */
  makeRoom({ id, protocol }: Flow): boolean {
    const ofFlow = this.#byFlow.get(id);
    const most = protocol !== 'UDP' ? MOST_OF_SOCKET : MOST_OF_FLOW;
    if (ofFlow && ofFlow.size >= most && !endOldest(ofFlow)) return false;
    return this.#byKey.size < MOST || endOldest(this.#byKey.values());
  }

  add(transaction: ServerTransaction): void {
    const { key, request } = transaction;
    this.#byKey.set(key, transaction);
    const ofFlow = this.#byFlow.get(request.flow.id) ?? new Set();
    this.#byFlow.set(request.flow.id, ofFlow.add(transaction));
  }

  delete(transaction: ServerTransaction): void {
    const { id } = transaction.request.flow;
    this.#byKey.delete(transaction.key);
    const ofFlow = this.#byFlow.get(id);
    ofFlow?.delete(transaction);
    if (ofFlow?.size === 0) this.#byFlow.delete(id);
  }

  clear(): void {
    this.#byKey.clear();
    this.#byFlow.clear();
  }
}

/** Ends the first that has been answered: it only waits for a repetition or an ACK. */
function endOldest(transactions: Iterable<ServerTransaction>): boolean {
  for (const transaction of transactions) {
    if (transaction.pending) continue;
    transaction.terminate();
    return true;
  }
  return false;
}
