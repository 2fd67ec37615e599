import * as z from 'zod/mini';
import { FILE_FAULTS, PEOPLE_COLUMNS, ROW_FAULTS } from '../vocabulary/people-faults.ts';
import { Locale, atMost } from './wire.ts';

// People as a table: CSV with a first line that names the columns. Passwords never stand in it.

/** Rows of one file. */
export const MOST_ROWS = 5_000;
/** Rows that a report shows one by one, those that are refused first. */
export const ROWS_SHOWN = 500;
/** Base64 of a mebibyte. */
const FILE_LENGTH = 1_400_000;
const TEXT_LENGTH = 1_000_000;

const How = z.object({
  /** What becomes of rows with a number that an agent has already. */
  existing: z.enum(['update', 'refuse']),
  /** false: it is looked at only. */
  apply: z.boolean(),
});

/** POST /set-up/agents/import. `text` as it was pasted; `file` in base64: UTF-8, UTF-16 with its mark, or GB18030. */
export const ImportPeopleRequest = z.union([
  z.extend(How, { text: z.string().check(atMost(TEXT_LENGTH)) }),
  z.extend(How, { file: z.string().check(atMost(FILE_LENGTH)) }),
]);
export type ImportPeopleRequest = z.infer<typeof ImportPeopleRequest>;

const Fault = z.object({
  code: z.enum(ROW_FAULTS),
  column: z.nullable(z.enum(PEOPLE_COLUMNS)),
  value: z.string(),
  /** The same as a sentence, in English. */
  message: z.string(),
});

const Row = z.object({
  /** Of the file, where the row begins. */
  line: z.number(),
  number: z.string(),
  name: z.string(),
  change: z.enum(['create', 'update', 'none', 'refuse']),
  faults: z.array(Fault),
});

export const PeopleReport = z.object({
  /** Whether everything was done; otherwise nothing was. */
  applied: z.boolean(),
  /** Why the file cannot be read; `line` where it is one of its lines. */
  fault: z.nullable(
    z.object({ code: z.enum(FILE_FAULTS), line: z.nullable(z.number()), message: z.string() }),
  ),
  encoding: z.nullable(z.enum(['utf-8', 'utf-16', 'gb18030'])),
  /** Columns of the file that say nothing here. */
  ignored: z.array(z.string()),
  created: z.number(),
  updated: z.number(),
  unchanged: z.number(),
  refused: z.number(),
  /** The first 500; those that are refused come first. */
  rows: z.array(Row),
  /** Of those who were made, told this once; the first login has to put another one in its place. */
  passwords: z.array(
    z.object({ number: z.string(), name: z.string(), username: z.string(), password: z.string() }),
  ),
});
export type PeopleReport = z.infer<typeof PeopleReport>;

/** GET /set-up/agents/export */
export const ExportPeopleQuery = z.object({ locale: z._default(Locale, 'en') });
export type ExportPeopleQuery = z.infer<typeof ExportPeopleQuery>;
export const PeopleFile = z.object({
  name: z.string(),
  /** With a byte order mark, as spreadsheets want it. */
  csv: z.string(),
  rows: z.number(),
});
export type PeopleFile = z.infer<typeof PeopleFile>;
