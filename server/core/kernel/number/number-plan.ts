/**
 * How numbers are written where the call centre stands. `main` is what `spell` leaves of a number, as a rule digits with
 * `+` before them or without; a plan reads what has no `+` as its own country's people would.
 */
export interface NumberPlan {
  /** Two plans with one name read alike. */
  readonly name: string;
  /** What the switch is given; null when it cannot be called. The same again when it is given that. */
  called(main: string): string | null;
  /**
   * Digits in which two spellings of one line are equal: a number of the country without its code and trunk prefix, one
   * abroad with its code.
   */
  comparable(main: string): string;
  /** Whether nothing is missing: the digits are a number that reaches somebody outside as they stand. */
  isWhole(digits: string): boolean;
}
