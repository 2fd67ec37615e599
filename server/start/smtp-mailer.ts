import { createTransport } from 'nodemailer';
import type { Mailer } from '../core/ports/mailer.ts';
import type { Config } from './config/config.ts';

/** A mail server that says nothing for so long is given up, ms; the job comes again. */
const PATIENCE_MS = 20_000;

/** Mail through the operator's own server. */
export function smtpMailer({ smtpUrl, from }: NonNullable<Config['mail']>): Mailer {
  const transport = createTransport({
    url: smtpUrl,
    connectionTimeout: PATIENCE_MS,
    greetingTimeout: PATIENCE_MS,
    socketTimeout: PATIENCE_MS,
    // What is sent is text of ours: nothing of a message names a file or an address to fetch.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    send: async ({ to, subject, text }) => {
      await transport.sendMail({ from, to, subject, text });
    },
  };
}
