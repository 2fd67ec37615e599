import type { CallRecord, CallRecordDetail } from '../../../server/contract/call-record.ts';
import type { Page } from '../../../server/contract/wire.ts';
import type { Customer, CustomerInput, CustomerPatch } from '../../../server/contract/customer.ts';
import type { Contact, ContactInput, ContactPatch } from '../../../server/contract/contact.ts';
import type { DeskPhone } from '../../../server/contract/session.ts';
import { CommandError } from '../../../widget/live/command-error.ts';
import type { HistoryQuery, RecordsApi } from '../../../widget/records/queries.ts';
import { NOW } from './desk-states.ts';

export function customer(patch: Partial<Customer> = {}): Customer {
  return {
    id: 'customer-1',
    name: '王小明',
    numbers: ['13800138000'],
    company: '上海明远贸易有限公司',
    email: 'wang@example.com',
    address: '上海市静安区南京西路 1266 号',
    note: '偏好下午联系',
    fields: { level: 'Gold', birthday: '1988-06-01', vip: true, contract: 'HT-2026-0417' },
    version: 3,
    createdAt: NOW - 86_400_000,
    updatedAt: NOW - 3_600_000,
    ...patch,
  };
}

export function record(index: number, patch: Partial<CallRecord> = {}): CallRecord {
  const answered = index % 3 !== 1;
  return {
    id: `record-${index}`,
    direction: 'outbound',
    number: `1390013${String(8000 + index)}`,
    name: index % 2 === 0 ? (['张丽', '陈建国', '刘洋', '赵敏'][index % 4] ?? null) : null,
    did: null,
    groupName: '客户服务',
    agentNumber: '1001',
    agentName: '李伟',
    customerId: null,
    startedAt: NOW - (index + 1) * 2_700_000,
    answeredAt: answered ? NOW - (index + 1) * 2_700_000 + 8000 : null,
    endedAt: NOW - (index + 1) * 2_700_000 + 100_000,
    waitedMs: null,
    talkMs: answered ? 92_000 + index * 7000 : 0,
    cause: answered ? 'normal' : 'no-answer',
    data: {},
    wrapUp: null,
    ...patch,
  };
}

function part(patch: Partial<CallRecordDetail['parts'][number]>): CallRecordDetail['parts'][number] {
  return {
    ...{ id: `part-${patch.number ?? ''}`, role: 'agent', number: '1001', name: '李伟', broughtBy: null },
    ...{
      startedAt: NOW - 200_000,
      answeredAt: NOW - 190_000,
      endedAt: NOW,
      outcome: 'answered',
      cause: 'normal',
    },
    ...{ ringMs: 0, talkMs: 90_000, holdMs: 0, wrapUpMs: 0 },
    ...patch,
  };
}

const phones: DeskPhone[] = [
  {
    endpointId: 'phone-201',
    username: '201',
    name: '201 · 前台',
    online: true,
    address: '192.168.1.20',
    inUseBy: null,
  },
  {
    endpointId: 'phone-202',
    username: '202',
    name: '202 · 会议室',
    online: false,
    address: null,
    inUseBy: null,
  },
  {
    endpointId: 'phone-203',
    username: '203',
    name: '203',
    online: true,
    address: '192.168.1.23',
    inUseBy: { id: 'agent-2', number: '1002', name: '陈静' },
  },
];

const CONTACTS: Contact[] = [
  { id: 'contact-1', shared: true, name: '顺达物流', number: '02062770141', note: '', version: 1 },
  { id: 'contact-2', shared: false, name: '张律师', number: '13900000009', note: '', version: 1 },
];

/** Records in memory. `fail` makes every read reject; `hang` lets it never settle. */
export class FakeRecords implements RecordsApi {
  customers: Customer[] = [customer()];
  contactList: Contact[] = CONTACTS;
  history: CallRecord[] = Array.from({ length: 12 }, (_, index) => record(index));
  mode: 'answer' | 'fail' | 'hang' = 'answer';
  readonly saved: { id: string | null; body: CustomerInput | CustomerPatch }[] = [];
  /** The next save is refused with this. */
  refusal: CommandError | null = null;
  pageSize = 8;
  /** The calls with a customer. */
  callsWith = (customerId: string): CallRecord[] =>
    this.history.map((one) => ({ ...one, customerId, direction: 'queue' }));

  customersByNumber(number: string): Promise<Customer[]> {
    return this.#read(() => this.customers.filter((one) => one.numbers.includes(number)));
  }

  searchCustomers(text: string): Promise<Customer[]> {
    return this.#read(() => this.customers.filter((one) => one.name.startsWith(text)));
  }

  customer(id: string): Promise<Customer> {
    return this.#read(() => {
      const found = this.customers.find((one) => one.id === id);
      if (found === undefined)
        throw new CommandError({ code: 'not-found', message: 'gone', retryable: false, details: {} });
      return found;
    });
  }

  createCustomer(input: CustomerInput): Promise<Customer> {
    return this.#write(null, input, () =>
      customer({ ...defined(input), id: 'customer-new', version: 1, fields: input.fields ?? {} }),
    );
  }

  updateCustomer(id: string, patch: CustomerPatch): Promise<Customer> {
    return this.#write(id, patch, () => {
      const was = this.customers.find((one) => one.id === id) ?? customer();
      return { ...was, ...defined(patch), version: patch.version + 1 };
    });
  }

  callHistory(query: HistoryQuery): Promise<Page<CallRecord>> {
    return this.#read(() => {
      const calls = query.customerId === undefined ? this.history : this.callsWith(query.customerId);
      const start = Number(query.cursor ?? 0);
      const items = calls.slice(start, start + this.pageSize);
      const end = start + items.length;
      return { items, next: end < calls.length ? String(end) : null };
    });
  }

  callRecord(id: string): Promise<CallRecordDetail> {
    const known = this.history.find((one) => one.id === id) ?? record(0, { id });
    return this.#read(() => {
      if (this.parts === null)
        throw new CommandError({ code: 'no-such-call', message: 'gone', retryable: false, details: {} });
      return { ...known, legs: [], parts: this.parts };
    });
  }

  /** Of every call; null: it is not for this agent to see. */
  parts: CallRecordDetail['parts'] | null = [
    part({ role: 'customer', number: '13800138000', name: '王小明', answeredAt: NOW - 190_000 }),
    part({
      startedAt: NOW - 195_000,
      ringMs: 5000,
      endedAt: NOW - 100_000,
      cause: 'handed-over',
      wrapUpMs: 20_000,
    }),
    part({
      role: 'supervisor',
      number: '1000',
      name: '赵敏',
      startedAt: NOW - 150_000,
      endedAt: NOW - 110_000,
      talkMs: 0,
    }),
    part({
      ...{
        role: 'consulted',
        number: '1002',
        name: '韩梅梅',
        startedAt: NOW - 130_000,
        answeredAt: NOW - 124_000,
      },
      ...{ ringMs: 6000, talkMs: 120_000, holdMs: 4000, broughtBy: { number: '1001', name: '李伟' } },
    }),
  ];

  deskPhones(): Promise<DeskPhone[]> {
    return this.#read(() => phones);
  }

  contacts(text: string): Promise<Contact[]> {
    return this.#read(() =>
      this.contactList.filter(({ name, number }) => `${name} ${number}`.includes(text)),
    );
  }

  createContact(input: ContactInput): Promise<Contact> {
    const added = { shared: false, note: '', ...input, id: 'contact-new', version: 1 } as Contact;
    return this.#keep('create', { ...input }, () => [added, ...this.contactList], added);
  }

  updateContact(id: string, patch: ContactPatch): Promise<Contact> {
    const version = patch.version + 1;
    const changed = { ...this.contactList.find((one) => one.id === id), ...patch, version } as Contact;
    const after = () => this.contactList.map((one) => (one.id === id ? changed : one));
    return this.#keep(id, { ...patch }, after, changed);
  }

  removeContact(id: string, version: number): Promise<void> {
    return this.#keep(id, { version }, () => this.contactList.filter((one) => one.id !== id), undefined);
  }

  /** What was asked of the phone book. */
  readonly kept: { what: string; body: object }[] = [];

  async #keep<T>(what: string, body: object, after: () => Contact[], answer: T): Promise<T> {
    this.kept.push({ what, body });
    const { refusal } = this;
    this.refusal = null;
    if (refusal !== null) throw refusal;
    this.contactList = after();
    return Promise.resolve(answer);
  }

  async #read<T>(answer: () => T): Promise<T> {
    if (this.mode === 'hang') return new Promise<T>(() => undefined);
    if (this.mode === 'fail') {
      throw new CommandError({ code: 'unavailable', message: 'down', retryable: true, details: {} });
    }
    return Promise.resolve(answer());
  }

  async #write(
    id: string | null,
    body: CustomerInput | CustomerPatch,
    result: () => Customer,
  ): Promise<Customer> {
    this.saved.push({ id, body });
    const { refusal } = this;
    this.refusal = null;
    if (refusal !== null) throw refusal;
    const saved = result();
    this.customers = [...this.customers.filter((one) => one.id !== saved.id), saved];
    return Promise.resolve(saved);
  }
}

function defined(input: CustomerInput | CustomerPatch): Partial<Customer> {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
}
