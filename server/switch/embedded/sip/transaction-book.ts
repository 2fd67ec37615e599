import type { Flow } from './flow.ts';
import type { ServerTransaction } from './server-transaction.ts';
import { sourceNetwork } from './source-network.ts';

/**
 * Server transactions that are kept at once, of one flow, of one network and of all. Only requests of authenticated peers, of
 * the trunk and of live dialogs are kept, so these are bounds for peers that have gone wrong: whoever opens more sockets gets
 * no more of them, and a quarter of all is the most that one network has.
 */
const MOST_OF_SOCKET = 100;
const MOST_OF_FLOW = 1_000;
const MOST_OF_NETWORK = 5_000;
const MOST = 20_000;

/** The server transactions, by key, by flow and by network; an answered one makes room when there are too many. */
export class TransactionBook {
  readonly #byKey = new Map<string, ServerTransaction>();
  /** Of each flow, the oldest first. */
  readonly #byFlow = new Map<string, Set<ServerTransaction>>();
  readonly #byNetwork = new Map<string, Set<ServerTransaction>>();

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
  makeRoom({ id, protocol, address }: Flow): boolean {
    const most = protocol !== 'UDP' ? MOST_OF_SOCKET : MOST_OF_FLOW;
    return (
      hasRoom(this.#byFlow.get(id), most) &&
      hasRoom(this.#byNetwork.get(sourceNetwork(address)), MOST_OF_NETWORK) &&
      (this.#byKey.size < MOST || endOldest(this.#byKey.values()))
    );
  }

  add(transaction: ServerTransaction): void {
    const { key, request } = transaction;
    this.#byKey.set(key, transaction);
    put(this.#byFlow, request.flow.id, transaction);
    put(this.#byNetwork, sourceNetwork(request.flow.address), transaction);
  }

  delete(transaction: ServerTransaction): void {
    const { flow } = transaction.request;
    this.#byKey.delete(transaction.key);
    take(this.#byFlow, flow.id, transaction);
    take(this.#byNetwork, sourceNetwork(flow.address), transaction);
  }

  clear(): void {
    this.#byKey.clear();
    this.#byFlow.clear();
    this.#byNetwork.clear();
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

function hasRoom(those: ReadonlySet<ServerTransaction> | undefined, most: number): boolean {
  return those === undefined || those.size < most || endOldest(those);
}

function put(index: Map<string, Set<ServerTransaction>>, name: string, transaction: ServerTransaction): void {
  const those = index.get(name) ?? new Set();
  index.set(name, those.add(transaction));
}

function take(
  index: Map<string, Set<ServerTransaction>>,
  name: string,
  transaction: ServerTransaction,
): void {
  const those = index.get(name);
  those?.delete(transaction);
  if (those?.size === 0) index.delete(name);
}
