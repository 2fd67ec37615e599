import type {
  InfiniteData,
  InfiniteQueryObserverOptions,
  MutationObserverOptions,
  QueryClient,
  QueryKey,
  QueryObserverOptions,
} from '@tanstack/query-core';
import type { CallRecord, CallRecordDetail } from '../../server/contract/call-record.ts';
import type { Page } from '../../server/contract/wire.ts';
import type { Customer, CustomerInput, CustomerPatch } from '../../server/contract/customer.ts';
import type { Contact, ContactInput, ContactPatch } from '../../server/contract/contact.ts';
import type { DeskPhone } from '../../server/contract/session.ts';
import type { HttpClient } from '../api/http-client.ts';

export interface HistoryQuery {
  side?: 'inbound' | 'outbound';
  agentNumber?: string;
  /** The team's calls with this customer instead of the agent's own. */
  customerId?: string;
  cursor?: string;
}

/** What records are read from and written to; the HTTP client is one. Every method rejects with `CommandError`. */
export interface RecordsApi {
  customersByNumber(number: string, signal?: AbortSignal): Promise<Customer[]>;
  searchCustomers(text: string, signal?: AbortSignal): Promise<Customer[]>;
  customer(id: string, signal?: AbortSignal): Promise<Customer>;
  createCustomer(input: CustomerInput): Promise<Customer>;
  updateCustomer(id: string, patch: CustomerPatch): Promise<Customer>;
  /** Newest first; `cursor` is the `next` of the page before. */
  callHistory(query: HistoryQuery, signal?: AbortSignal): Promise<Page<CallRecord>>;
  callRecord(id: string, signal?: AbortSignal): Promise<CallRecordDetail>;
  deskPhones(signal?: AbortSignal): Promise<DeskPhone[]>;
  /** The team's phone book and the agent's own, or those with a part of a name or number. */
  contacts(text: string, signal?: AbortSignal): Promise<Contact[]>;
  createContact(input: ContactInput): Promise<Contact>;
  updateContact(id: string, patch: ContactPatch): Promise<Contact>;
  removeContact(id: string, version: number): Promise<void>;
}

/** The value of `queriesContext`. */
export interface Queries {
  readonly client: QueryClient;
  readonly records: RecordsApi;
  /** For parts that know routes of their own. */
  readonly http: Pick<HttpClient, 'request'>;
}

/** `TKey` keeps its shape, so that the options of one query fit only its observer. */
type Query<T> = QueryObserverOptions<T, Error, T, T, QueryKey>;

export const queryKeys = {
  customersByNumber: (number: string) => ['customers', 'number', number] as const,
  customer: (id: string) => ['customers', 'id', id] as const,
  history: (side: 'inbound' | 'outbound' | null) => ['history', side] as const,
  customerCalls: (customerId: string) => ['history', 'customer', customerId] as const,
  deskPhones: () => ['desk-phones'] as const,
  contacts: (text: string) => ['contacts', text] as const,
};

/** All customers with this number; disabled for a withheld number ('' ). */
export function customersByNumber(records: RecordsApi, number: string): Query<Customer[]> {
  return {
    queryKey: queryKeys.customersByNumber(number),
    queryFn: ({ signal }) => records.customersByNumber(number, signal),
    enabled: number !== '',
    staleTime: 30_000,
  };
}

export function customerById(records: RecordsApi, id: string | null): Query<Customer> {
  return {
    queryKey: queryKeys.customer(id ?? ''),
    queryFn: ({ signal }) => records.customer(id ?? '', signal),
    enabled: id !== null,
    staleTime: 30_000,
  };
}

export function deskPhones(records: RecordsApi): Query<DeskPhone[]> {
  return {
    queryKey: queryKeys.deskPhones(),
    queryFn: ({ signal }) => records.deskPhones(signal),
    staleTime: 5_000,
  };
}

/** `wanted`: nobody looks at them until then. */
export function contacts(records: RecordsApi, text: string, wanted: boolean): Query<Contact[]> {
  return {
    queryKey: queryKeys.contacts(text),
    queryFn: ({ signal }) => records.contacts(text, signal),
    enabled: wanted,
    staleTime: 30_000,
    placeholderData: (before) => before,
  };
}

/** What `saveContact` takes: without an id the contact is new; without a patch it is kept no longer. */
export type ContactSave =
  | { id: null; input: ContactInput }
  | { id: string; patch: ContactPatch }
  | { id: string; patch: null; version: number };

/** Saves, or removes, one of the agent's own, and refreshes the phone books; `version-conflict` is a refusal of its own. */
export function saveContact({
  client,
  records,
}: Queries): MutationObserverOptions<Contact | null, Error, ContactSave> {
  return {
    mutationFn: async (save) => {
      if (save.id === null) return records.createContact(save.input);
      if (save.patch !== null) return records.updateContact(save.id, save.patch);
      await records.removeContact(save.id, save.version);
      return null;
    },
    onSuccess: () => client.invalidateQueries({ queryKey: ['contacts'] }),
  };
}

export type HistoryPages = InfiniteData<Page<CallRecord>, string | undefined>;

type HistoryOptions = InfiniteQueryObserverOptions<
  Page<CallRecord>,
  Error,
  HistoryPages,
  QueryKey,
  string | undefined
>;

/** The agent's own calls, newest first, page by page. */
export function callHistory(records: RecordsApi, side: 'inbound' | 'outbound' | null): HistoryOptions {
  return historyOptions(records, queryKeys.history(side), side === null ? {} : { side });
}

/** Everybody's calls with this customer, newest first, page by page. */
export function customerCalls(records: RecordsApi, customerId: string): HistoryOptions {
  return historyOptions(records, queryKeys.customerCalls(customerId), { customerId });
}

function historyOptions(records: RecordsApi, queryKey: QueryKey, query: HistoryQuery): HistoryOptions {
  return {
    queryKey,
    queryFn: ({ pageParam, signal }) =>
      records.callHistory({ ...query, ...(pageParam === undefined ? {} : { cursor: pageParam }) }, signal),
    initialPageParam: undefined,
    getNextPageParam: (last) => last.next ?? undefined,
    staleTime: 10_000,
  };
}

/** What `saveCustomer` takes: without an id the customer is new. */
export type CustomerSave = { id: null; input: CustomerInput } | { id: string; patch: CustomerPatch };

/** Saves and refreshes every customer query; `version-conflict` and `duplicate-number` are refusals of its own. */
export function saveCustomer({
  client,
  records,
}: Queries): MutationObserverOptions<Customer, Error, CustomerSave> {
  return {
    mutationFn: (save) =>
      save.id === null ? records.createCustomer(save.input) : records.updateCustomer(save.id, save.patch),
    onSuccess: async (customer) => {
      client.setQueryData(queryKeys.customer(customer.id), customer);
      await client.invalidateQueries({ queryKey: ['customers'] });
    },
  };
}
