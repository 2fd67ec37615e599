import { DefaultNamingStrategy } from 'typeorm';

/** Columns are `snake_case` in the database, so that nobody who reads it by hand has to quote names. */
export class SnakeNames extends DefaultNamingStrategy {
  override columnName(property: string, custom: string | undefined, prefixes: string[]): string {
    return [...prefixes, custom ?? property]
      .join('_')
      .replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  }
}
