/** The columns of a file of people. */
export const PEOPLE_COLUMNS = [
  'number',
  'username',
  'name',
  'email',
  'role',
  'groups',
  'leads',
  'active',
] as const;
export type PeopleColumn = (typeof PEOPLE_COLUMNS)[number];

/** Why a file of people cannot be read at all. */
export const FILE_FAULTS = [
  'empty',
  /** Neither UTF-8, UTF-16 nor GB18030. */
  'encoding',
  /** A quote that is not closed, or stands where none can be; `line`. */
  'quotes',
  /** The first line names no column for the number. */
  'no-number-column',
  /** A column is named twice. */
  'column-twice',
  'too-many-rows',
] as const;
export type FileFault = (typeof FILE_FAULTS)[number];

/** Why a row of it cannot be taken; `value` is what stands there. */
export const ROW_FAULTS = [
  /** More cells than columns. */
  'cells',
  'number',
  'number-twice',
  'number-exists',
  'name',
  'username',
  'username-taken',
  'email',
  'role',
  /** The own roles of the team and the built-in ones have it more than once. */
  'role-ambiguous',
  'group',
  'active',
  /** This gives, or concerns, rights that who asks does not have, or that a key does not give. */
  'forbidden',
  'own-rights',
  'last-administrator',
] as const;
export type RowFault = (typeof ROW_FAULTS)[number];
