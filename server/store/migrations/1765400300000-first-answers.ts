import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What requests with an `Idempotency-Key` were answered, so that they are not carried out twice. */
export class FirstAnswers1765400300000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE first_answer (
      id varchar(64) PRIMARY KEY,
      fingerprint varchar(64) NOT NULL,
      claim varchar(64) NOT NULL,
      started_at bigint NOT NULL,
      answered_at bigint,
      answer text
    )`);
    await runner.query('CREATE INDEX first_answer_started ON first_answer (started_at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE first_answer');
  }
}
