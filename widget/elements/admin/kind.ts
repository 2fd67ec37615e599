import type * as z from 'zod/mini';
import type { HttpRequest } from '../../api/http-client.ts';
import type { MessageKey, Parameters } from '../../i18n/catalog.ts';
import type { Texts } from '../../i18n/localizer.ts';
import type { Effects } from '../../../server/contract/people.ts';
import type { ReasonKind } from '../../../server/vocabulary/reason-kinds.ts';
import type { Page } from '../../../server/contract/wire.ts';

export type ListSection =
  | 'agents'
  | 'roles'
  | 'phones'
  | 'groups'
  | 'numbers'
  | 'reasons'
  | 'fields'
  | 'links'
  | 'bindings'
  | 'keys'
  | 'webhooks'
  | 'log';
/** Those of which there is one, without a list. */
export type SheetSection = 'team' | 'signOn' | 'embedding';
export type Section = ListSection | SheetSection | 'guide';
export type Words = Texts<'admin'>;
/** Sentences that stand alone. */
export type Word = {
  [K in MessageKey<'admin'>]: Parameters<K> extends [] ? K : never;
}[MessageKey<'admin'>];

/** What a form holds of one field: times in ms, whom or what is chosen by id. */
export type FieldValue = string | number | boolean | null | readonly string[] | readonly Entry[];
/** One of several things that a field holds together. */
export type Entry = Readonly<Record<string, string | number | boolean>>;
export type Values = Readonly<Record<string, FieldValue>>;

export interface Column<Listed> {
  readonly key: string;
  readonly label: Word;
  /** What the server sorts by; none: it cannot. */
  readonly sort?: string;
  /** Shown until somebody chooses otherwise. */
  readonly shown?: boolean;
  readonly numeric?: boolean;
  cell(row: Listed, text: Words): unknown;
}

export interface Choice {
  readonly value: string;
  readonly label: Word;
  /** What it does, said below it. */
  readonly hint?: Word;
}

interface AnyField {
  readonly key: string;
  readonly label: Word;
  readonly hint?: Word;
  readonly required?: boolean;
  /** Whether the field says something beside the values of the others. */
  readonly when?: (values: Values) => boolean;
  /** Where the server's refusals name it otherwise than by its key. */
  readonly path?: string;
  /** Cannot be changed any more. */
  readonly fixed?: boolean;
  /** What is wrong with the value, beside being out of its bounds; null: nothing. */
  readonly wrong?: (value: FieldValue | undefined, values: Values) => Word | null;
}

export type Field = AnyField &
  (
    | {
        readonly kind: 'text' | 'email' | 'digits' | 'password';
        readonly max: number;
        /** What the browser proposes. */
        readonly proposals?: readonly string[];
      }
    /** Whole seconds on the screen, ms in the values; empty: null. */
    | { readonly kind: 'seconds' | 'number'; readonly min: number; readonly max: number }
    | { readonly kind: 'choice'; readonly options: readonly Choice[] }
    /** One of a few, all in sight, each with what it does. */
    | { readonly kind: 'radios'; readonly options: readonly Choice[] }
    | { readonly kind: 'choices'; readonly options: readonly Choice[] }
    /** A text a line; what is empty does not count. */
    | { readonly kind: 'lines'; readonly max: number }
    /** A day, in the values its end as ms since the epoch; empty: null. */
    | { readonly kind: 'date' }
    | { readonly kind: 'switch' }
    /** One, or several, of those of another section. */
    | { readonly kind: 'pick'; readonly of: 'agents' | 'groups'; readonly several: boolean }
    /** The reason below which another one stands, of the same kind; `except`: that other one. Empty: null. */
    | { readonly kind: 'reason'; readonly of: ReasonKind; readonly except: string | null }
    /** One of the team's roles, by id. */
    | { readonly kind: 'role' }
    /** Who belongs to a group, or to which groups somebody belongs: entries with `id`, `level`, `static`. */
    | { readonly kind: 'belonging'; readonly of: 'agents' | 'groups' }
    /** Skills that are asked for, falling with the wait: entries with `afterMs`, `level`. */
    | { readonly kind: 'steps' }
    /** What one can choose from: entries with `zh`, `en` and, of those that were there before, `value`. */
    | { readonly kind: 'options' }
    /** Nothing to fill in: where the group of this id passes its callers on to. */
    | { readonly kind: 'chain' }
  );

export interface Part {
  readonly title: Word;
  readonly fields: readonly Field[];
  /** Whether it is folded until somebody looks. */
  readonly fold?: boolean;
  /** What is set in it, in a line, while it is folded. */
  readonly summary?: (values: Values, text: Words) => string;
}

export type Request<T> = Omit<HttpRequest<T>, 'signal'>;

/** What of a section a form shows. */
export interface Sheet<Listed = unknown, Row = unknown> {
  readonly section: Section;
  idOf(row: Listed): string;
  /** null: it is only looked at. */
  readonly form: Form<Row> | null;
}

/** One section of the administration: what is listed, what a form shows, and what is asked of the server. */
export interface Kind<Listed = unknown, Row = unknown> extends Sheet<Listed, Row> {
  readonly section: ListSection;
  readonly path: string;
  readonly page: z.ZodMiniType<Page<Listed>>;
  readonly searchable: boolean;
  readonly columns: readonly Column<Listed>[];
  /** Beside the button for a new one. */
  readonly tools?: () => unknown;
}

export interface Form<Row = unknown> {
  read(id: string): Request<Row>;
  nameOf(row: Row, text: Words): string;
  versionOf(row: Row): number;
  /** Why a row can only be looked at; null: it can be changed. */
  fixed?(row: Row): Word | null;
  /** @param row null: of a new one */
  parts(row: Row | null): readonly Part[];
  valuesOf(row: Row | null): Values;
  /** What is done with it beside changing its fields. */
  readonly beside?: (row: Row) => unknown;
  create(values: Values): Request<Row>;
  /** @param changed those that are other than before */
  change(row: Row, changed: Values, values: Values, version: number): Request<Row>;
  /** What the answer to a change tells this once. */
  told?(saved: Row): Told | null;
  /** Makes another secret, which the answer tells. */
  readonly renew?: Step<Row, Row> & { readonly title: Word };
  /** What else belongs to a row that is there. */
  readonly below?: { readonly title: Word; render(row: Row): unknown };
  /** Whom a change or a removal would meet now. */
  effects?(id: string): Request<Effects>;
  readonly remove: Removal<Row> | null;
}

export type Told = {
  /** Said above it. */
  readonly hint: Word;
} & ({ readonly label: Word; readonly text: string } | { readonly show: () => unknown });

/** What is asked about before it is done. */
export interface Step<Row, Answer> {
  readonly label: Word;
  /** Said before it is done. */
  readonly sentence: Word;
  request(row: Row, version: number): Request<Answer>;
}

export interface Removal<Row = unknown> extends Omit<Step<Row, unknown>, 'request'> {
  /** Of which section somebody or something else gets what leads here, when anything does. */
  readonly heirs?: 'agents' | 'groups' | 'roles';
  /** @param heir id of who gets what leads here; null: nobody does; absent: nothing is known to lead here */
  request(row: Row, version: number, heir?: string | null): Request<unknown>;
}

/** What was picked. */
export function idsOf(value: FieldValue | undefined): readonly string[] {
  return listed(value).filter((one) => typeof one === 'string');
}

/** What was typed, or chosen of a few. */
export function textOf(value: FieldValue | undefined): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** What a field holds together. */
export function entriesOf(value: FieldValue | undefined): readonly Entry[] {
  return listed(value).filter((one) => typeof one === 'object');
}

function listed(value: FieldValue | undefined): ReadonlyArray<string | Entry> {
  return typeof value === 'object' && value !== null ? value : [];
}
