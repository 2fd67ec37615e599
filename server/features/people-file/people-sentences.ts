import { MOST_ROWS } from '../../contract/people-file.ts';
import type { FileFault } from '../../vocabulary/people-faults.ts';
import type { Fault } from './people-plan.ts';

/** What is wrong with a file, in English; the widget has its own words. */
export const FILE_SENTENCES: Readonly<Record<FileFault, string>> = {
  empty: 'The file has no rows: its first line names the columns, and one line follows for each person.',
  encoding: 'The file is neither UTF-8 nor GB18030: save it anew as CSV UTF-8.',
  quotes:
    'A quote is opened and not closed, or stands in the middle of a cell: write it twice inside quotes.',
  'no-number-column': 'The first line names no column for the number: call one of them number, or 工号.',
  'column-twice': 'Two columns have the same name: leave one of them out.',
  'too-many-rows': `The file has more than ${MOST_ROWS} rows: divide it.`,
};

export function faultSentence({ code, value }: Fault): string {
  switch (code) {
    case 'cells':
      return 'The row has more cells than the first line has columns: put cells with commas into quotes.';
    case 'number':
      return `"${value}" is not a number of 2 to 16 digits: a spreadsheet may have cut its zeros off.`;
    case 'number-twice':
      return `The number stands in line ${value} already: keep one of the two.`;
    case 'number-exists':
      return `An agent has the number ${value} already: choose to update, or take the row out.`;
    case 'name':
      return 'The name is missing, or longer than 100 characters.';
    case 'username':
      return `"${value}" is no user name: at most 64 characters, no spaces.`;
    case 'username-taken':
      return `Somebody else has the user name "${value}": choose another one.`;
    case 'email':
      return `"${value}" is not an e-mail address.`;
    case 'role':
      return `There is no role "${value}": agent, leader, quality, admin, or the name of one of the team’s own.`;
    case 'role-ambiguous':
      return `More than one role is called "${value}": write the name exactly as one of the team’s own roles has it, or its id.`;
    case 'group':
      return `There is no group with the number "${value}", or the level behind it is not 1 to 10.`;
    case 'active':
      return `"${value}" is neither yes nor no.`;
    case 'forbidden':
      return 'The row gives, or concerns, rights that you do not have yourself, or that no key gives: let an administrator do it.';
    case 'own-rights':
      return 'You could not set the team up any more: let another administrator do it.';
    case 'last-administrator':
      return 'The team would have no administrator: make another one first.';
  }
  return code satisfies never;
}
