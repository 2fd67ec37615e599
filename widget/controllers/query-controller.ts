import { ContextConsumer } from '@lit/context';
import {
  InfiniteQueryObserver,
  MutationObserver,
  QueryObserver,
  type InfiniteQueryObserverOptions,
  type InfiniteQueryObserverResult,
  type MutationObserverOptions,
  type MutationObserverResult,
  type QueryKey,
  type QueryObserverOptions,
  type QueryObserverResult,
} from '@tanstack/query-core';
import type { ReactiveController } from 'lit';
import { queriesContext } from '../live/contexts.ts';
import type { Queries } from '../records/queries.ts';
import type { ControllerHost } from './context-value.ts';

/** What the controllers below need of a query-core observer. */
interface Observer<Options, Result> {
  setOptions(options: Options): void;
  getCurrentResult(): Result;
  subscribe(listener: (result: Result) => void): () => void;
}

/** Joins an observer to an element: made when the queries come, options read anew before each update. */
abstract class ObserverController<
  Options,
  Result,
  O extends Observer<Options, Result>,
> implements ReactiveController {
  protected readonly host: ControllerHost;
  protected observer: O | undefined;
  readonly #options: (queries: Queries) => Options;
  #queries: Queries | undefined;
  #connected = false;
  #unsubscribe: (() => void) | null = null;

  constructor(host: ControllerHost, options: (queries: Queries) => Options) {
    this.host = host;
    this.#options = options;
    host.addController(this);
    new ContextConsumer(host, {
      context: queriesContext,
      subscribe: true,
      callback: (queries) => this.#attach(queries),
    });
  }

  protected abstract create(queries: Queries, options: Options): O;

  /** Undefined until the context has come. */
  get result(): Result | undefined {
    return this.observer?.getCurrentResult();
  }

  hostConnected(): void {
    this.#connected = true;
    this.#follow();
  }

  hostUpdate(): void {
    if (this.#queries !== undefined) this.observer?.setOptions(this.#options(this.#queries));
  }

  hostDisconnected(): void {
    this.#connected = false;
    this.#unsubscribe?.();
    this.#unsubscribe = null;
  }

  #attach(queries: Queries): void {
    if (queries === this.#queries) return;
    this.#queries = queries;
    this.observer = this.create(queries, this.#options(queries));
    this.#follow();
    this.host.requestUpdate();
  }

  #follow(): void {
    this.#unsubscribe?.();
    this.#unsubscribe = null;
    if (this.#connected && this.observer !== undefined) {
      this.#unsubscribe = this.observer.subscribe(() => this.host.requestUpdate());
    }
  }
}

/**
 * One server query of an element; `options` may read the element's properties.
 *
 * ```ts
 * readonly #matches = new QueryController(this, ({ records }) => customersByNumber(records, this.number));
 * render() { const { data, isPending, error } = this.#matches.result ?? {}; … }
 * ```
 */
export class QueryController<T> extends ObserverController<
  QueryObserverOptions<T, Error, T, T, QueryKey>,
  QueryObserverResult<T, Error>,
  QueryObserver<T, Error, T, T, QueryKey>
> {
  protected override create(
    { client }: Queries,
    options: QueryObserverOptions<T, Error, T, T, QueryKey>,
  ): QueryObserver<T, Error, T, T, QueryKey> {
    return new QueryObserver<T, Error, T, T, QueryKey>(client, options);
  }

  refetch(): void {
    void this.observer?.refetch();
  }

  /** As it is now; undefined when it cannot be read. */
  async readAnew(): Promise<T | undefined> {
    return (await this.observer?.refetch())?.data;
  }
}

/** One paged query, e.g. the call history. */
export class PagesController<Page, Pages, Cursor> extends ObserverController<
  InfiniteQueryObserverOptions<Page, Error, Pages, QueryKey, Cursor>,
  InfiniteQueryObserverResult<Pages, Error>,
  InfiniteQueryObserver<Page, Error, Pages, QueryKey, Cursor>
> {
  protected override create(
    { client }: Queries,
    options: InfiniteQueryObserverOptions<Page, Error, Pages, QueryKey, Cursor>,
  ): InfiniteQueryObserver<Page, Error, Pages, QueryKey, Cursor> {
    return new InfiniteQueryObserver<Page, Error, Pages, QueryKey, Cursor>(client, options);
  }

  refetch(): void {
    void this.observer?.refetch();
  }

  fetchNextPage(): void {
    void this.observer?.fetchNextPage();
  }
}

/** One kind of change, e.g. `new MutationController(this, saveCustomer)`. */
export class MutationController<T, Variables> extends ObserverController<
  MutationObserverOptions<T, Error, Variables>,
  MutationObserverResult<T, Error, Variables>,
  MutationObserver<T, Error, Variables>
> {
  protected override create(
    { client }: Queries,
    options: MutationObserverOptions<T, Error, Variables>,
  ): MutationObserver<T, Error, Variables> {
    return new MutationObserver<T, Error, Variables>(client, options);
  }

  /** Resolves with what was saved; rejects with the refusal, which `result.error` shows as well. */
  mutate(variables: Variables): Promise<T> {
    if (this.observer === undefined)
      return Promise.reject(new Error('No queries are provided to this element.'));
    return this.observer.mutate(variables);
  }

  reset(): void {
    this.observer?.reset();
  }
}
