import { CallRecordDetail, CallRecordPage } from '../../server/contract/call-record.ts';
import {
  WrapUpAnswer,
  type CallTarget,
  type DialRequest,
  type SignInRequest,
  type TransferRequest,
  type WrapUpRequest,
} from '../../server/contract/commands.ts';
import {
  Customer,
  CustomerPage,
  type CustomerInput,
  type CustomerPatch,
} from '../../server/contract/customer.ts';
import { Contact, ContactPage, type ContactInput, type ContactPatch } from '../../server/contract/contact.ts';
import { AgentView, CallView, type NextState } from '../../server/contract/desk.ts';
import { RosterRow } from '../../server/contract/realtime/roster.ts';
import {
  SupervisionAnswer,
  type ForcedPauseRequest,
  type ForcedRequest,
  type MonitorMode,
} from '../../server/contract/supervision.ts';
import type { LoginRequest, UnlockRequest } from '../../server/contract/login.ts';
import { DeskPhone, Session, SipCredential } from '../../server/contract/session.ts';
import * as z from 'zod/mini';
import type { HistoryQuery, RecordsApi } from '../records/queries.ts';
import type { HttpClient } from './http-client.ts';

const Phones = z.array(DeskPhone);
const part = encodeURIComponent;

/** Every route of /api/v1 that the widget uses, one method each. All reject with `CommandError`. */
export class DeskApi implements RecordsApi {
  readonly #http: HttpClient;

  constructor(http: HttpClient) {
    this.#http = http;
  }

  login(request: LoginRequest): Promise<Session> {
    return this.#http.request({ method: 'POST', path: '/sessions', body: request, schema: Session });
  }

  currentSession(): Promise<Session> {
    return this.#http.request({ method: 'GET', path: '/sessions/current', schema: Session });
  }

  unlock(body: UnlockRequest): Promise<AgentView> {
    return this.#http.request({ method: 'POST', path: '/sessions/current/unlock', body, schema: AgentView });
  }

  browserDevice(clientId: string): Promise<SipCredential> {
    return this.#http.request({
      method: 'POST',
      path: '/devices/browser',
      body: { clientId },
      schema: SipCredential,
    });
  }

  deskPhones(signal?: AbortSignal): Promise<DeskPhone[]> {
    return this.#http.request({ method: 'GET', path: '/devices', schema: Phones, signal });
  }

  signIn(request: SignInRequest): Promise<AgentView> {
    return this.#agent('POST', 'sign-in', request);
  }

  signOut(groups: string[] | undefined): Promise<AgentView> {
    return this.#agent('POST', 'sign-out', groups === undefined ? {} : { groups });
  }

  pause(reasonId: string): Promise<AgentView> {
    return this.#agent('POST', 'pause', { reasonId });
  }

  resumeWork(): Promise<AgentView> {
    return this.#agent('POST', 'resume');
  }

  endAcw(): Promise<AgentView> {
    return this.#agent('POST', 'end-acw');
  }

  lock(): Promise<AgentView> {
    return this.#agent('POST', 'lock');
  }

  setNextState(next: NextState | null): Promise<AgentView> {
    return this.#agent('PUT', 'next-state', { next });
  }

  dial(request: DialRequest): Promise<CallView> {
    return this.#http.request({
      method: 'POST',
      path: '/calls',
      body: request,
      schema: CallView,
      // The agent's device is called and answers first; a slow microphone prompt is part of that.
      timeoutMs: 60_000,
    });
  }

  /** What needs no more than the call. */
  call(
    callId: string,
    action:
      | 'answer'
      | 'reject'
      | 'hangup'
      | 'hold'
      | 'resume'
      | 'mute'
      | 'unmute'
      | 'swap'
      | 'retrieve'
      | 'conference'
      | 'leave',
  ): Promise<CallView> {
    return this.#http.request({ method: 'POST', path: `/calls/${part(callId)}/${action}`, schema: CallView });
  }

  callIn(callId: string, action: 'consult' | 'add', target: CallTarget): Promise<CallView> {
    const path = `/calls/${part(callId)}/${action}`;
    return this.#http.request({ method: 'POST', path, body: { target }, schema: CallView });
  }

  transfer(callId: string, body: TransferRequest): Promise<CallView> {
    const path = `/calls/${part(callId)}/transfer`;
    return this.#http.request({ method: 'POST', path, body, schema: CallView });
  }

  ofParty(callId: string, partyId: string, action: 'kick' | 'mute' | 'unmute'): Promise<CallView> {
    const path = `/calls/${part(callId)}/parties/${part(partyId)}/${action}`;
    return this.#http.request({ method: 'POST', path, schema: CallView });
  }

  hangupLeg(callId: string, legId: string): Promise<CallView> {
    const path = `/calls/${part(callId)}/legs/${part(legId)}/hangup`;
    return this.#http.request({ method: 'POST', path, schema: CallView });
  }

  /** A leader's telephone is called first, which takes as long as it rings. */
  monitor(agent: string, action: MonitorMode | 'stop-monitoring'): Promise<SupervisionAnswer> {
    const path = `/agents/${part(agent)}/${action}`;
    return this.#http.request({ method: 'POST', path, schema: SupervisionAnswer, timeoutMs: 30_000 });
  }

  takeOverCall(agent: string, body: ForcedRequest): Promise<CallView> {
    const path = `/agents/${part(agent)}/take-over`;
    return this.#http.request({ method: 'POST', path, body, schema: CallView, timeoutMs: 30_000 });
  }

  /** What the agent's row says afterwards comes by the rosters that are followed. */
  async force(
    agent: string,
    action: 'hangup' | 'pause' | 'idle' | 'sign-out',
    body: ForcedRequest | ForcedPauseRequest,
  ): Promise<void> {
    const path = `/agents/${part(agent)}/${action}`;
    await this.#http.request({ method: 'POST', path, body, schema: RosterRow });
  }

  sendDigits(callId: string, digits: string): Promise<CallView> {
    const path = `/calls/${part(callId)}/digits`;
    return this.#http.request({ method: 'POST', path, body: { digits }, schema: CallView });
  }

  setCallData(callId: string, data: Record<string, string>): Promise<CallView> {
    const path = `/calls/${part(callId)}/data`;
    return this.#http.request({ method: 'PATCH', path, body: { data }, schema: CallView });
  }

  linkCustomer(callId: string, customerId: string | null): Promise<CallView> {
    const path = `/calls/${part(callId)}/customer`;
    return this.#http.request({ method: 'PUT', path, body: { customerId }, schema: CallView });
  }

  async wrapUp(callId: string, body: WrapUpRequest): Promise<[CallView, AgentView]> {
    const path = `/calls/${part(callId)}/wrap-up`;
    const { call, agent } = await this.#http.request({ method: 'POST', path, body, schema: WrapUpAnswer });
    return [call, agent];
  }

  async customersByNumber(number: string, signal?: AbortSignal): Promise<Customer[]> {
    return (await this.#customers({ number, limit: 20 }, signal)).items;
  }

  async searchCustomers(text: string, signal?: AbortSignal): Promise<Customer[]> {
    return (await this.#customers({ q: text, limit: 20 }, signal)).items;
  }

  customer(id: string, signal?: AbortSignal): Promise<Customer> {
    return this.#http.request({ method: 'GET', path: `/customers/${part(id)}`, schema: Customer, signal });
  }

  createCustomer(input: CustomerInput): Promise<Customer> {
    return this.#http.request({ method: 'POST', path: '/customers', body: input, schema: Customer });
  }

  updateCustomer(id: string, patch: CustomerPatch): Promise<Customer> {
    return this.#http.request({
      method: 'PATCH',
      path: `/customers/${part(id)}`,
      body: patch,
      schema: Customer,
    });
  }

  async contacts(text: string, signal?: AbortSignal): Promise<Contact[]> {
    const query = { limit: 50, ...(text === '' ? {} : { q: text }) };
    const path = '/contacts';
    return (await this.#http.request({ method: 'GET', path, query, schema: ContactPage, signal })).items;
  }

  createContact(body: ContactInput): Promise<Contact> {
    return this.#http.request({ method: 'POST', path: '/contacts', body, schema: Contact });
  }

  updateContact(id: string, body: ContactPatch): Promise<Contact> {
    return this.#http.request({ method: 'PATCH', path: `/contacts/${part(id)}`, body, schema: Contact });
  }

  async removeContact(id: string, version: number): Promise<void> {
    const path = `/contacts/${part(id)}`;
    await this.#http.request({ method: 'DELETE', path, query: { version }, schema: null });
  }

  callHistory(query: HistoryQuery, signal?: AbortSignal): Promise<z.infer<typeof CallRecordPage>> {
    return this.#http.request({
      method: 'GET',
      path: '/calls',
      query: { ...query },
      schema: CallRecordPage,
      signal,
    });
  }

  callRecord(id: string, signal?: AbortSignal): Promise<CallRecordDetail> {
    return this.#http.request({
      method: 'GET',
      path: `/calls/${part(id)}`,
      schema: CallRecordDetail,
      signal,
    });
  }

  #agent(method: 'POST' | 'PUT', action: string, body?: unknown): Promise<AgentView> {
    return this.#http.request({
      method,
      path: `/agent/${action}`,
      schema: AgentView,
      ...(body === undefined ? {} : { body }),
    });
  }

  #customers(
    query: Record<string, string | number>,
    signal?: AbortSignal,
  ): Promise<z.infer<typeof CustomerPage>> {
    return this.#http.request({ method: 'GET', path: '/customers', query, schema: CustomerPage, signal });
  }
}
