import { randomUUID } from 'node:crypto';
import type { MigrationInterface, QueryRunner } from 'typeorm';

interface KeptField {
  key: string;
  label: object;
  type: string;
  required: boolean;
  readOnly: boolean;
  options: Array<{ en: string; value?: string }>;
}

/** Each field of a team's own is a row; what it is kept by stays, whatever it and its options are called later. */
export class CustomerFields1766300110000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE customer_field (
      id varchar(64) PRIMARY KEY,
      team_id varchar(64) NOT NULL,
      key text NOT NULL,
      label text NOT NULL,
      type text NOT NULL,
      required boolean NOT NULL,
      read_only boolean NOT NULL,
      options text NOT NULL,
      position integer NOT NULL,
      version integer NOT NULL,
      deleted_at bigint
    )`);
    await runner.query('CREATE UNIQUE INDEX customer_field_key ON customer_field (team_id, key)');
    const teams = (await runner.query('SELECT id, customer_fields FROM team')) as Array<{
      id: string;
      customer_fields: string;
    }>;
    for (const { id, customer_fields: kept } of teams) {
      for (const [position, field] of (JSON.parse(kept) as KeptField[]).entries()) {
        const options = field.options.map((option) => ({ value: option.en, ...option }));
        await insertField(runner, [
          `field_${randomUUID()}`,
          id,
          field.key,
          JSON.stringify(field.label),
          field.type,
          field.required,
          field.readOnly,
          JSON.stringify(options),
          position,
        ]);
      }
    }
    await runner.query('ALTER TABLE team DROP COLUMN customer_fields');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query("ALTER TABLE team ADD COLUMN customer_fields text NOT NULL DEFAULT '[]'");
    const rows = (await runner.query(
      'SELECT team_id, key, label, type, required, read_only, options FROM customer_field WHERE deleted_at IS NULL ORDER BY position, id',
    )) as Array<Record<'team_id' | 'key' | 'label' | 'type' | 'options', string> & Record<string, unknown>>;
    for (const teamId of new Set(rows.map((row) => row.team_id))) {
      const fields = rows
        .filter((row) => row.team_id === teamId)
        .map((row) => ({
          ...{ key: row.key, label: JSON.parse(row.label) as unknown, type: row.type },
          ...{ required: Boolean(row['required']), readOnly: Boolean(row['read_only']) },
          options: JSON.parse(row.options) as unknown,
        }));
      const values = [JSON.stringify(fields), teamId];
      await runner.query(
        isPostgres(runner)
          ? 'UPDATE team SET customer_fields = $1 WHERE id = $2'
          : 'UPDATE team SET customer_fields = ? WHERE id = ?',
        values,
      );
    }
    await runner.query('DROP TABLE customer_field');
  }
}

function isPostgres(runner: QueryRunner): boolean {
  return runner.connection.options.type === 'postgres';
}

async function insertField(
  runner: QueryRunner,
  values: ReadonlyArray<string | number | boolean>,
): Promise<void> {
  const kept = isPostgres(runner)
    ? values
    : values.map((value) => (typeof value === 'boolean' ? Number(value) : value));
  const places = kept.map((_, index) => (isPostgres(runner) ? `$${index + 1}` : '?')).join(', ');
  await runner.query(
    `INSERT INTO customer_field (id, team_id, key, label, type, required, read_only, options, position, version, deleted_at)
     VALUES (${places}, 1, NULL)`,
    [...kept],
  );
}
