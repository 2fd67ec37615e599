import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The embedding secret of before, which counts for a while beside the present one. */
export class EmbedSecrets1766100200200 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE team ADD COLUMN previous_embed_secret text');
    await runner.query('ALTER TABLE team ADD COLUMN previous_embed_secret_until bigint');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE team DROP COLUMN previous_embed_secret_until');
    await runner.query('ALTER TABLE team DROP COLUMN previous_embed_secret');
  }
}
