/** People as a table: import and export. */
export const words = {
  'people.import': 'Import agents',
  'people.close': 'Close',
  'people.lead':
    'A table as CSV, from a file or pasted from a spreadsheet. Its first line names the columns: number, name, username, email, role, groups, leads, active. Groups stand by number, several with a space between them, and 2001/3 is level 3. An export is a good pattern.',
  'people.file': 'File',
  'people.text': 'Or paste the rows here',
  'people.existing': 'Numbers that an agent has already',
  'people.existing.update': 'Change that agent',
  'people.existing.refuse': 'Refuse the row',
  'people.look': 'Check',
  'people.tooLarge': 'The file is larger than 1 MB. Divide it.',
  'people.nothing': 'Choose a file, or paste rows.',
  'people.summary': 'New {created}, changed {updated}, as they are {unchanged}, wrong {refused}.',
  'people.ignored': 'Columns without a meaning here: {columns}.',
  'people.wrong': 'Nothing is imported while a row is wrong. Correct the file and check it again.',
  'people.wrongRows': 'Rows that are wrong',
  'people.row': 'Line {line}: {number} {name}',
  'people.moreRows': {
    one: 'And {count} more row.',
    other: 'And {count} more rows.',
  },
  'people.same': 'Everything is so already: there is nothing to import.',
  'people.apply': { one: 'Import {count} agent', other: 'Import {count} agents' },
  'people.done': 'Done: {created} new, {updated} changed.',
  'people.passwords':
    'New agents log in with temporary passwords, which are shown this once. Save them and hand them out; each is replaced at the first login.',
  'people.passwords.columns': 'Number, name, user name, temporary password',
  'people.passwords.unsaved': 'The temporary passwords would be lost. Copy or save them first.',
  'people.passwords.kept': 'I have the passwords',
  'people.savePasswords': 'Save as CSV',
  'people.passwords.name': 'passwords.csv',
  'people.again': 'Import another file',
  'people.export': 'Export agents',
  'people.exportFailed': 'The export failed. Try again.',

  'people.fault.empty':
    'There are no rows: the first line names the columns, one line follows for each person.',
  'people.fault.encoding': 'The file is neither UTF-8 nor GB18030. Save it anew as CSV UTF-8.',
  'people.fault.quotes': 'From line {line} on a quotation mark is not closed, or stands inside a cell.',
  'people.fault.no-number-column':
    'The first line names no column for the number. Call one of them “number”.',
  'people.fault.column-twice': 'Two columns have the same name. Leave one of them out.',
  'people.fault.too-many-rows': 'The file has more than {most} rows. Divide it.',

  'people.fault.cells': 'More cells than columns. Put cells with commas into quotes.',
  'people.fault.number':
    '“{value}” is not a number of 2 to 16 digits. Has the spreadsheet cut its zeros off?',
  'people.fault.number-twice': 'The number stands in line {value} already.',
  'people.fault.number-exists': 'An agent has this number already.',
  'people.fault.name': 'The name is missing, or longer than 100 characters.',
  'people.fault.username': '“{value}” is no user name: at most 64 characters, no spaces.',
  'people.fault.role-ambiguous':
    'More than one role is called “{value}”. Write it exactly as the role is named, or rename one of them.',
  'people.fault.username-taken': 'Somebody else has the user name “{value}”.',
  'people.fault.email': '“{value}” is not an e-mail address.',
  'people.fault.role': 'There is no role “{value}”.',
  'people.fault.group': 'There is no group “{value}”. Groups stand by number, their level is 1 to 10.',
  'people.fault.active': '“{value}” is neither yes nor no.',
  'people.fault.forbidden': 'This gives, or concerns, rights that you do not have yourself.',
  'people.fault.own-rights': 'You would lock yourself out. Let another administrator do it.',
  'people.fault.last-administrator': 'The team would have no administrator.',
} as const;
